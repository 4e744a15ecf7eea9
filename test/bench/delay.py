#!/usr/bin/env python3
"""Another machine's distance.

delay.py LISTEN TARGET SECONDS   connections to the socket LISTEN are passed on to
                                 TARGET, what is sent so much later each way
"""

import socket
import socketserver
import sys
import threading
import time


def pass_on(source, target, seconds):
    """Whatever comes, until it ends."""
    while data := source.recv(65536):
        time.sleep(seconds)
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)


class Distance(socketserver.BaseRequestHandler):
    def handle(self):
        with socket.socket(socket.AF_UNIX) as target:
            target.connect(TARGET)
            back = threading.Thread(target=pass_on, args=(target, self.request, SECONDS))
            back.start()
            pass_on(self.request, target, SECONDS)
            back.join()


if __name__ == "__main__":
    LISTEN, TARGET, SECONDS = sys.argv[1], sys.argv[2], float(sys.argv[3])
    socketserver.ThreadingUnixStreamServer(LISTEN, Distance).serve_forever()
