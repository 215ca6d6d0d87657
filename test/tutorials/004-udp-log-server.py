# Tutorial 004, exercise 5. Python 3: nothing to change. The port is the first argument.
# Repaired because it cannot run: the last line is indented, as the loop before it needs.
import logging
import socket
import sys

log = logging.getLogger('udp_server')


def udp_server(host='127.0.0.1', port=int(sys.argv[1])):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

    log.info("Listening on udp %s:%s" % (host, port))
    s.bind((host, port))
    while True:
        (data, addr) = s.recvfrom(128*1024)
        yield data


FORMAT_CONS = '%(asctime)s %(name)-12s %(levelname)8s\t%(message)s'
logging.basicConfig(level=logging.DEBUG, format=FORMAT_CONS)

for data in udp_server():
    log.debug("%r" % (data,))
