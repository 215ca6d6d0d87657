# Tutorial 001, "Server Side": the calls that are typed into an interpreter, one after the other. Python 3: text in b"",
# print() for what the interpreter shows. The port is the first argument.
import socket
import sys

server_socket = socket.socket(
    socket.AF_INET,
    socket.SOCK_STREAM,
    socket.IPPROTO_TCP)
address = ('127.0.0.1', int(sys.argv[1]))
server_socket.bind(address)
server_socket.listen(1)
connection, client_address = server_socket.accept() # this blocks until a client connects
print(connection.recv(16))
connection.sendall(b"message received")
connection.shutdown(socket.SHUT_WR)
connection.close()
