"""The command interpreter of StateFun's smoke test on the official Python SDK, and the sequence function: the twin of interpreter.ts.

Its message classes come from packages/proto/test/smoke/commands.proto by the official protobuf runtime, without generated code.
"""
import re
from datetime import timedelta
from pathlib import Path

from function_server import serve
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from statefun import (
    IntType,
    RequestReplyHandler,
    StatefulFunctions,
    StringType,
    ValueSpec,
    egress_message_builder,
    make_json_type,
    message_builder,
    simple_type,
)

PACKAGE = "org.apache.flink.statefun.e2e.smoke"
PROTO = Path(__file__).parents[2] / "packages/proto/test/smoke/commands.proto"
SCALARS = {"int32": 5, "int64": 3, "bool": 8, "string": 9}
FIELD = re.compile(r"(repeated )?(\w+) (\w+) = (\d+);")
DELAY = timedelta(milliseconds=1000)
VIOLATIONS_MAX = 20


def message_classes():
    """Reads the .proto: flat messages, scalar and message fields, one oneof without a second message inside."""
    file = descriptor_pb2.FileDescriptorProto(name="commands.proto", package=PACKAGE, syntax="proto3")
    text = re.sub(r"//.*", "", PROTO.read_text())
    for name, body in re.findall(r"message (\w+) \{((?:[^{}]|\{[^{}]*\})*)\}", text):
        message = file.message_type.add(name=name)
        oneof = re.search(r"oneof (\w+) \{", body)
        if oneof:
            message.oneof_decl.add(name=oneof.group(1))
        for repeated, kind, field_name, number in FIELD.findall(body):
            field = message.field.add(name=field_name, number=int(number), label=3 if repeated else 1, type=SCALARS.get(kind, 11))
            if kind not in SCALARS:
                field.type_name = f".{PACKAGE}.{kind}"
            if oneof:
                field.oneof_index = 0
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    factory = message_factory.MessageFactory(pool)
    return {m.name: factory.GetPrototype(pool.FindMessageTypeByName(f"{PACKAGE}.{m.name}")) for m in file.message_type}


CLASSES = message_classes()


def proto_type(typename, name):
    return simple_type(typename, serialize_fn=lambda value: value.SerializeToString(), deserialize_fn=CLASSES[name].FromString)


SOURCE_COMMAND = proto_type("statefun.smoke.e2e/source-command", "SourceCommand")
COMMANDS = proto_type("statefun.smoke.e2e/commands", "Commands")
VERIFICATION = proto_type("statefun.smoke.e2e/verification-result", "VerificationResult")
SEQUENCE = make_json_type("signalbox.crash/sequence-message")
RECORD = make_json_type("signalbox.crash/sequence-record")

functions = StatefulFunctions()


@functions.bind("statefun.smoke.e2e/command-interpreter-fn", specs=[ValueSpec("state", IntType)])
def interpreter(context, message):
    commands = message.as_type(SOURCE_COMMAND).commands if message.is_type(SOURCE_COMMAND) else message.as_type(COMMANDS)
    for command in commands.command:
        interpret(context, command)


def interpret(context, command):
    kind = command.WhichOneof("command")
    if kind == "increment":
        context.storage.state = (context.storage.state or 0) + 1
    elif kind == "send":
        context.send(program(command.send))
    elif kind == "send_after":
        context.send_after(DELAY, program(command.send_after), cancellation_token=command.send_after.cancellation_token)
    elif kind == "cancel_send_after":
        context.cancel_delayed_message(command.cancel_send_after.cancellation_token)
    elif kind == "send_egress":
        context.send_egress(egress_message_builder("statefun.smoke.e2e/discard-sink", "discarded-message", StringType))
    elif kind == "verify":
        result = CLASSES["VerificationResult"](
            id=int(context.address.id), expected=command.verify.expected, actual=context.storage.state or 0
        )
        context.send_egress(egress_message_builder("statefun.smoke.e2e/verification-sink", result, VERIFICATION))
    else:
        raise RuntimeError(f"no command that this interpreter knows: {kind}")


def program(send):
    return message_builder("statefun.smoke.e2e/command-interpreter-fn", str(send.target), value=send.commands, value_type=COMMANDS)


@functions.bind("signalbox.crash/sequence-fn", specs=[ValueSpec("state", make_json_type("signalbox.crash/sequence-state"))])
def sequence(context, message):
    state = context.storage.state or {"seen": {}, "sent": {}, "records": 0, "violations": []}
    arrived = message.as_type(SEQUENCE)
    tick = arrived["kind"] == "tick"
    arrive(state, arrived["source" if tick else "from"], arrived["number"])
    if tick:
        pass_on(context, state, arrived["receivers"])
    context.storage.state = state


def arrive(state, sender, number):
    wanted = state["seen"].get(sender, 0) + 1
    if number != wanted and len(state["violations"]) < VIOLATIONS_MAX:
        state["violations"].append(f"from {sender}: {number}, not {wanted}")
    state["seen"][sender] = number


def pass_on(context, state, receivers):
    sender = context.address.id
    for receiver in receivers:
        number = state["sent"].get(receiver, 0) + 1
        state["sent"][receiver] = number
        value = {"kind": "numbered", "from": sender, "number": number}
        context.send(message_builder("signalbox.crash/sequence-fn", receiver, value=value, value_type=SEQUENCE))
    state["records"] += 1
    record = {"from": sender, "number": state["records"]}
    context.send_egress(egress_message_builder("signalbox.crash/sequence-sink", record, RECORD))


handler = RequestReplyHandler(functions)


serve(handler.handle_sync)
