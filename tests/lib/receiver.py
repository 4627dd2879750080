#!/usr/bin/env python3
"""An event hook's endpoint for tests: receiver.py PORTFILE LOG. Proves that it wants events, and logs what comes."""
import http.server
import sys


class Receiver(http.server.BaseHTTPRequestHandler):
    def answer(self, body):
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log(self, line):
        with open(sys.argv[2], 'a', encoding='utf-8') as f:
            f.write(line + '\n')

    def do_GET(self):
        self.log('GET ' + (self.headers.get('Authorization') or '-'))
        self.answer(('{"verification":"%s"}' % self.headers.get('x-okta-verification-challenge')).encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('Content-Length', 0))).decode()
        self.log('POST ' + (self.headers.get('Authorization') or '-') + ' ' + body)
        self.answer(b'')

    def log_message(self, *words):
        pass


server = http.server.HTTPServer(('127.0.0.1', 0), Receiver)
with open(sys.argv[1], 'w', encoding='utf-8') as f:
    f.write('%d\n' % server.server_port)
server.serve_forever()
