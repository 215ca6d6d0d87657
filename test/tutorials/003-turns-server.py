# Tutorial 003, the server: its pieces in their order. Python 3 already. The port is the first argument.
# Repaired because it cannot run: recvMsg is recievedMessage, as it is called above.
import socket
import sys

serverSock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
serverSock.bind(("127.0.0.1",int(sys.argv[1])))
serverSock.listen(1)
client, address = serverSock.accept()

while True:
    message = input()
    client.send(message.encode())
    recievedMessage = client.recv(1024)
    print("Received:",recievedMessage.decode())
