# Tutorial 004, exercise 4. Python 3: text in b"", print(). The port is the first argument.
# Repaired because it cannot run: the address is a pair, the colon after the first comparison, `choice` is `Choice`
# as it is called above, and what is sent becomes bytes first.
import socket
import random
import datetime
import sys

def rand():
    number = random.randint(1,10)
    return str(number).encode()

def timeof():
    return str(datetime.datetime.now()).encode()

def lang():
    return b"English"

def exitfrom():
    sys.exit()
S = socket.socket()
S.bind(("0.0.0.0", int(sys.argv[1])))
S.listen(1)
C, Address = S.accept()
Choice = C.recv(2048)
if Choice == b"r":
    C.send(rand())
elif Choice == b"T":
    C.send(timeof())
elif Choice == b"L":
    C.send(lang())
elif Choice == b"E":
    C.sen(exitfrom())
else:
    print("wrong option selected")
    sys.exit()
C.close()
S.close()
