# Tutorial 000, "Writing a Client" and "Receive Some Data". Python 3: print(). Host and port are the arguments.
import socket
import sys

new_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
new_socket.connect((sys.argv[1], int(sys.argv[2])))

data = new_socket.recv(1024)

print("received:\n%s" %  data.decode())

new_socket.close()
