# Tutorial 001, "Getting the Flow", the second interpreter. Python 3: text in b"", print() for what the interpreter shows.
# Host and port are the arguments.
import socket
import sys

client_socket = socket.socket(
    socket.AF_INET,
    socket.SOCK_STREAM,
    socket.IPPROTO_IP)
client_socket.connect((sys.argv[1], int(sys.argv[2])))
client_socket.sendall(b"Hey, can you hear me?")
client_socket.shutdown(socket.SHUT_WR)
print(client_socket.recv(32))
client_socket.close()
