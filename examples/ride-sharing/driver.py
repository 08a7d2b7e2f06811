"""taxi/driver (id: a car) on the official StateFun SDK for Python: takes one ride at a time and tells its cell when it is free.

The gateway starts this process and says in SIGNALBOX_FUNCTION_SOCKET where it listens. driver.ts does the same in TypeScript.
"""
import os
import signal
import sys
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingMixIn, UnixStreamServer

from statefun import IntType, RequestReplyHandler, StatefulFunctions, ValueSpec, make_json_type, message_builder

STREET_SECONDS = 0.55
BOARDING_SECONDS = 0.4

SHIFT = make_json_type("taxi/Shift")
PICKUP = make_json_type("taxi/Pickup")
LOCATION = make_json_type("taxi/Location")
CANCEL = make_json_type("taxi/Cancel")
BOARDED = make_json_type("taxi/Boarded")
DROP_OFF = make_json_type("taxi/DropOff")
JOIN = make_json_type("taxi/Join")
LEAVE = make_json_type("taxi/Leave")
ACCEPTED = make_json_type("taxi/Accepted")
DECLINED = make_json_type("taxi/Declined")
PICKED_UP = make_json_type("taxi/PickedUp")
ARRIVED = make_json_type("taxi/Arrived")

functions = StatefulFunctions()


@functions.bind("taxi/driver", specs=[ValueSpec("shift", SHIFT), ValueSpec("rides", IntType)])
def driver(context, message):
    shift = context.storage.shift or {"cell": None, "ride": None}
    if message.is_type(LOCATION):
        move(context, shift, message.as_type(LOCATION)["cell"])
    elif message.is_type(PICKUP):
        pick_up(context, shift, message.as_type(PICKUP))
    elif message.is_type(BOARDED):
        boarded(context, shift, message.as_type(BOARDED)["ride"])
    elif message.is_type(DROP_OFF):
        drop_off(context, shift, message.as_type(DROP_OFF)["ride"])
    elif message.is_type(CANCEL):
        cancel(context, shift)
    else:
        raise ValueError(f"a driver knows no {message.value_typename()}")


def move(context, shift, cell):
    """Where the car is; with a passenger it goes where the ride wants."""
    if shift["ride"] is not None or cell == shift["cell"]:
        return
    if shift["cell"] is not None:
        tell_cell(context, shift["cell"], LEAVE)
    tell_cell(context, cell, JOIN)
    context.storage.shift = {"cell": cell, "ride": None}


def pick_up(context, shift, trip):
    ride = context.caller.id
    if shift["ride"] is not None:
        tell_ride(context, ride, DECLINED, {"cell": shift["cell"]})
        return
    tell_ride(context, ride, ACCEPTED, {"cell": shift["cell"]})
    later(context, distance(shift["cell"], trip["from"]), BOARDED, ride)
    context.storage.shift = {"cell": shift["cell"], "ride": ride, "from": trip["from"], "to": trip["to"]}


def boarded(context, shift, ride):
    if shift["ride"] != ride:
        return
    tell_ride(context, ride, PICKED_UP, {})
    later(context, distance(shift["from"], shift["to"]), DROP_OFF, ride)
    context.storage.shift = {**shift, "cell": shift["from"]}


def drop_off(context, shift, ride):
    if shift["ride"] != ride:
        return
    tell_ride(context, ride, ARRIVED, {})
    context.storage.rides = (context.storage.rides or 0) + 1
    be_free(context, shift["to"])


def cancel(context, shift):
    """The ride does not need the car; a cell has taken it off its list all the same."""
    if shift["ride"] in (None, context.caller.id) and shift["cell"] is not None:
        be_free(context, shift["cell"])


def be_free(context, cell):
    tell_cell(context, cell, JOIN)
    context.storage.shift = {"cell": cell, "ride": None}


def tell_cell(context, cell, kind):
    context.send(message_builder("taxi/cell", cell, value={"driver": context.address.id}, value_type=kind))


def tell_ride(context, ride, kind, value):
    context.send(message_builder("taxi/ride", ride, value=value, value_type=kind))


def later(context, streets, kind, ride):
    after = timedelta(seconds=BOARDING_SECONDS + streets * STREET_SECONDS)
    context.send_after(after, message_builder("taxi/driver", context.address.id, value={"ride": ride}, value_type=kind))


def distance(left, right):
    """Cells are named A1 to F6."""
    return abs(ord(left[0]) - ord(right[0])) + abs(int(left[1:]) - int(right[1:]))


handler = RequestReplyHandler(functions)


class FunctionEndpoint(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections open between invocations
    wbufsize = -1  # head and body in one packet

    def do_POST(self):
        request = self.rfile.read(int(self.headers["content-length"]))
        try:
            status, reply = 200, handler.handle_sync(request)
        except Exception as error:  # the whole batch failed: nothing of it may take effect
            print(f"invocation failed: {error!r}", file=sys.stderr, flush=True)
            status, reply = 500, b""
        self.send_response(status)
        self.send_header("content-type", "application/octet-stream")
        self.send_header("content-length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


class SocketServer(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True
    request_queue_size = 256


if __name__ == "__main__":
    server = SocketServer(os.environ["SIGNALBOX_FUNCTION_SOCKET"], FunctionEndpoint)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"drivers in Python {sys.version.split()[0]} wait for rides", flush=True)
    server.serve_forever()
