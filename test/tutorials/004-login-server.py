# Tutorial 004, exercise 3. Python 3: text in b"". The port is the first argument.
# Repaired because it cannot run: S.Accept is S.accept.
import socket
import sys
S = socket.socket()
S.bind(("0.0.0.0",int(sys.argv[1])))
S.listen(1)
C,Address = S.accept()
USER = C.recv(2048)
PASS = C.recv(2048)
if USER == b"admin" and PASS == b"12345":
    C.send(b"hello admin, welcome to the server")
C.close()
S.close()
