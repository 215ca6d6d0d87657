# Tutorial 002, "Creating a server program". Python 3: text in b"", print(). The port is the first argument.
import socket
import sys

# Create a serve socket
serversocket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
serversocket.bind(('127.0.0.1', int(sys.argv[1]))) # wait at port 8000
# Start listening for connections from client
serversocket.listen(5) # 5 is number of clients that can queue up before failure

# Wait for connection
(clientsocket, address) = serversocket.accept()

# Send a welcome
clientsocket.send(b"hello\n")

# Get up to 1000 bytes
data = clientsocket.recv(1000)
print(data)

# Echo it back to client
clientsocket.send(data)

clientsocket.close()
