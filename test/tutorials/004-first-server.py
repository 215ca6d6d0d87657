# Tutorial 004, "putting all the code together for the server". Python 3: text in b"", print(). The port is the first
# argument. Repaired because it cannot run: the address is text in a pair of brackets, and C.Send is C.send.
import socket
import sys

S = socket.socket()
S.bind(("0.0.0.0", int(sys.argv[1])))
S.listen(1)
C, ADDRESS = S.accept()
Data = C.recv(2048)
print("the server send the data: ", Data)
C.send(b"hi")
C.close()
S.close()
