# Tutorial 004, exercise 1, over TCP. Python 3: nothing to change. The port is the first argument.
import socket
import sys
S = socket.socket()
S.bind(("0.0.0.0", int(sys.argv[1])))
S.listen(1)
C, Address = S.accept()
Name = C.recv(2048)
C.close()
S.close()
