# Tutorial 004, "Build a client". Python 3: text in b"", print(). Host and port are the arguments.
import socket
import sys

S = socket.socket()
S.connect((sys.argv[1], int(sys.argv[2])))
S.send(b"hi")
Data = S.recv(2048)
print(Data)
S.close()
