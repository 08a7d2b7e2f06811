"""The gRPC server of our Python functions: signalbox.v1.Function (Invoke and Stream) on grpcio, without generated code, on 127.0.0.1 and $PORT."""
import os
import queue
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc

SERVICE = "signalbox.v1.Function"


def serve(handle):
    """`handle` gets a request's bytes and returns the reply's; what it throws is a refusal with status UNKNOWN."""
    workers = ThreadPoolExecutor(max_workers=8)

    def invoke(request, context):
        try:
            return handle(request)
        except Exception as error:
            print(f"invocation failed: {error!r}", file=sys.stderr, flush=True)
            context.abort(grpc.StatusCode.UNKNOWN, repr(error))

    def stream(messages, _context):
        answers = queue.Queue()
        cancelled = set()

        def answer(call_id, request):
            try:
                result = field(2, handle(request))
            except Exception as error:
                result = field(3, number(1, grpc.StatusCode.UNKNOWN.value[0]) + field(2, repr(error).encode()))
            if call_id not in cancelled:
                answers.put(field(1, number(1, call_id) + result))

        def read():
            begun = []
            for message in messages:
                for _, call in fields(message):
                    parts = dict(fields(call))
                    if 4 in parts:
                        cancelled.add(parts[1])
                    else:
                        begun.append(workers.submit(answer, parts[1], parts.get(2, b"")))
            for one in begun:
                one.result()
            answers.put(None)

        ThreadPoolExecutor(max_workers=1).submit(read)
        while (first := answers.get()) is not None:
            yield first

    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    methods = {"Invoke": grpc.unary_unary_rpc_method_handler(invoke), "Stream": grpc.stream_stream_rpc_method_handler(stream)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, methods),))
    server.add_insecure_port(f"127.0.0.1:{os.environ['PORT']}")
    server.start()
    server.wait_for_termination()


def fields(message):
    """The numbers and byte strings of a message, with their field numbers."""
    at = 0
    while at < len(message):
        tag, at = varint(message, at)
        value, at = varint(message, at)
        if tag & 7 == 2:
            value, at = message[at : at + value], at + value
        elif tag & 7 != 0:
            raise ValueError(f"wire type {tag & 7} is not used here")
        yield tag >> 3, value


def varint(message, at):
    value = shift = 0
    while True:
        byte = message[at]
        value, shift, at = value | (byte & 0x7F) << shift, shift + 7, at + 1
        if byte < 0x80:
            return value, at


def number(field_number, value):
    out = bytearray([field_number << 3])
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(field_number, value):
    """A byte string: its tag and length, then itself."""
    head = number(field_number, len(value))
    return bytes([head[0] | 2]) + head[1:] + value
