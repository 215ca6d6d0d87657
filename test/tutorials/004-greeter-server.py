# Tutorial 004, exercise 2. Python 3: text in b"". The port is the first argument.
# Repaired because it cannot run: S.cLose is S.close.
import socket
import sys
S = socket.socket()
S.bind(("0.0.0.0",int(sys.argv[1])))
S.listen(1)
C, Address = S.accept()
Name = C.recv(2048)
C.send(b"hi " + Name)
C.close()
S.close()
