"""The HTTP server of our Python functions: the official SDK's handler behind one POST, on 127.0.0.1 and $PORT."""
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FunctionServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        """A connection that was cut: the gateway asks again."""


def serve(handle):
    """`handle` gets the request's bytes and returns the reply's; what it throws is a 500."""

    class FunctionEndpoint(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self):
            request = self.rfile.read(int(self.headers["content-length"]))
            try:
                status, reply = 200, handle(request)
            except Exception as error:
                print(f"invocation failed: {error!r}", file=sys.stderr, flush=True)
                status, reply = 500, b""
            self.send_response(status)
            self.send_header("content-type", "application/octet-stream")
            self.send_header("content-length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_):
            pass

    FunctionServer(("127.0.0.1", int(os.environ["PORT"])), FunctionEndpoint).serve_forever()
