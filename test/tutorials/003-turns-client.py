# Tutorial 003, the client: its pieces in their order. Python 3 already. Host and port are the arguments.
# Repaired because it cannot run: recvMsg is recievedMessage, and the socket is clientSock, as they are called above.
import socket
import sys

clientSock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
clientSock.connect((sys.argv[1],int(sys.argv[2])))

while True:
    message = input()
    clientSock.send(message.encode())
    recievedMessage = clientSock.recv(1024)
    print("Received:",recievedMessage.decode())
