"""Conformance functions on the official Python SDK: the twin of conformance.ts, with the two built-in types that JavaScript lacks."""
import itertools
import os
import threading
import time
from datetime import timedelta

if os.environ.get("TRANSPORT") == "grpc":
    from grpc_server import serve
else:
    from function_server import serve
from statefun import (
    BoolType,
    DoubleType,
    FloatType,
    IntType,
    LongType,
    RequestReplyHandler,
    StatefulFunctions,
    StringType,
    ValueSpec,
    egress_message_builder,
    make_json_type,
    make_protobuf_type,
    message_builder,
)
from statefun.request_reply_pb2 import Address

COMMAND = make_json_type("conformance/command")
NOTES = make_json_type("conformance/notes")
SPECS = [
    ValueSpec("notes", NOTES),
    ValueSpec("bool_value", BoolType),
    ValueSpec("int_value", IntType),
    ValueSpec("long_value", LongType),
    ValueSpec("float_value", FloatType),
    ValueSpec("double_value", DoubleType),
    ValueSpec("string_value", StringType),
    ValueSpec("json_value", make_json_type("conformance/json")),
    ValueSpec("proto_value", make_protobuf_type(Address)),
    ValueSpec("after_write", IntType, expire_after_write=timedelta(milliseconds=400)),
    ValueSpec("after_call", IntType, expire_after_call=timedelta(milliseconds=1200)),
]

functions = StatefulFunctions()
batch_numbers = itertools.count(1)
current = threading.local()
active = set()


@functions.bind("conformance/probe", specs=SPECS)
def probe(context, message):
    command = message.as_type(COMMAND) if message.is_type(COMMAND) else {"op": "note", "note": message.value_typename()}
    overlapped = context.address.id in active
    active.add(context.address.id)
    try:
        note(context, command, overlapped)
        perform(context, command)
    finally:
        active.discard(context.address.id)


def note(context, command, overlapped):
    caller = context.caller
    line = {
        "note": command.get("note", command["op"]),
        "caller": None if caller is None else f"{caller.typename}/{caller.id}",
        "batch": current.batch,
        "overlapped": overlapped,
    }
    context.storage.notes = [*(context.storage.notes or []), line]


def perform(context, command):
    op = command["op"]
    if op == "set":
        setattr(context.storage, command["name"], address_of(command["value"]) if command["name"] == "proto_value" else command["value"])
    elif op == "delete":
        delattr(context.storage, command["name"])
    elif op == "increment":
        context.storage.int_value = (context.storage.int_value or 0) + 1
    elif op == "send":
        for send in command["to"]:
            context.send(probe_message(send["id"], send["command"]))
    elif op == "send-after":
        delay = timedelta(milliseconds=command["delayMs"])
        context.send_after(delay, probe_message(command["id"], command["command"]), cancellation_token=command.get("token", ""))
    elif op == "cancel":
        context.cancel_delayed_message(command["token"])
    elif op == "egress":
        context.send_egress(egress_message_builder(command["egress"], command["value"], make_json_type(command["valueType"])))
    elif op == "answer":
        caller = context.caller
        context.send(message_builder(caller.typename, caller.id, value=command["value"], value_type=make_json_type(command["valueType"])))
    elif op == "wait":
        time.sleep(command["waitMs"] / 1000)
    elif op == "throw":
        raise RuntimeError("thrown on demand")


def probe_message(target_id, command):
    return message_builder("conformance/probe", target_id, value=command, value_type=COMMAND)


def address_of(value):
    return Address(namespace="conformance", type="probe", id=str(value))


handler = RequestReplyHandler(functions)


def handle(request):
    current.batch = next(batch_numbers)
    return handler.handle_sync(request)


serve(handle)
