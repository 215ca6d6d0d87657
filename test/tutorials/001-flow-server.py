# Tutorial 001, "Getting the Flow", the first interpreter. Python 3: text in b"", print() for what the interpreter shows.
# The port is the first argument.
import socket
import sys

server_socket = socket.socket(
    socket.AF_INET,
    socket.SOCK_STREAM,
    socket.IPPROTO_IP)
server_socket.bind(('127.0.0.1', int(sys.argv[1])))
server_socket.listen(1)
conn, addr = server_socket.accept()
print(conn.recv(32))
conn.sendall(b"Yes, I hear you.")
conn.close()
server_socket.close()
