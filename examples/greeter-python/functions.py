"""Greeter: two functions on the official StateFun SDK for Python, served by the standard library.

example/person (id: a name) counts its visits in its own state and tells example/greeter, which writes a greeting to an egress.
"""
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from statefun import IntType, RequestReplyHandler, StatefulFunctions, ValueSpec, egress_message_builder, make_json_type, message_builder

VISIT = make_json_type("example/visit")
GREETING = make_json_type("example/greeting")

functions = StatefulFunctions()


@functions.bind("example/person", specs=[ValueSpec("visits", IntType)])
def person(context, message):
    visits = (context.storage.visits or 0) + 1
    context.storage.visits = visits
    visit = {"name": context.address.id, "visits": visits, "said": message.as_string() if message.is_string() else ""}
    context.send(message_builder("example/greeter", context.address.id, value=visit, value_type=VISIT))


@functions.bind("example/greeter", specs=[ValueSpec("last_greeting", GREETING)])
def greeter(context, message):
    visit = message.as_type(VISIT)
    greeting = {"text": greeting_for(visit["name"], visit["visits"]), "visits": visit["visits"]}
    context.storage.last_greeting = greeting
    context.send_egress(egress_message_builder("example/greetings", greeting, GREETING))


def greeting_for(name, visits):
    if visits == 1:
        return f"Welcome {name}!"
    return f"Nice to see you again, {name}: visit number {visits}."


handler = RequestReplyHandler(functions)


class FunctionEndpoint(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections open between invocations
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body in one packet

    def do_POST(self):
        request = self.rfile.read(int(self.headers["content-length"]))
        try:
            status, reply = 200, handler.handle_sync(request)
        except Exception as error:  # the whole batch failed: nothing of it may take effect
            print(f"invocation failed: {error!r}", file=sys.stderr)
            status, reply = 500, b""
        self.send_response(status)
        self.send_header("content-type", "application/octet-stream")
        self.send_header("content-length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8001"))), FunctionEndpoint)
    server.daemon_threads = True
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"greeter functions on http://127.0.0.1:{server.server_address[1]}/statefun", flush=True)
    server.serve_forever()
