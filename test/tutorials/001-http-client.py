# Tutorial 001, "Client Communications". Python 3: text in b"", print() for what the interpreter shows. Host and port are
# the arguments; the Host header names the host.
import socket
import sys

streams = [info
    for info in socket.getaddrinfo(sys.argv[1], sys.argv[2])
    if info[1] == socket.SOCK_STREAM]
info = streams[0]
cewing_socket = socket.socket(*info[:3])
cewing_socket.connect(info[-1])
msg = b"GET / HTTP/1.1\r\n"
msg += b"Host: " + sys.argv[1].encode() + b"\r\n\r\n"
cewing_socket.sendall(msg)
cewing_socket.shutdown(socket.SHUT_WR)
buffsize = 4096
response = b''
done = False
while not done:
    msg_part = cewing_socket.recv(buffsize)
    if len(msg_part) < buffsize:
        done = True
        cewing_socket.close()
    response += msg_part

print(len(response))
cewing_socket.close()
