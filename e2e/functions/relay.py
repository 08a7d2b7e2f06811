"""The relay of relay.ts on the official Python SDK: counts each message and hands it on along its path, wherever the next function runs."""
import os

from function_server import serve
from statefun import IntType, RequestReplyHandler, StatefulFunctions, ValueSpec, make_json_type, message_builder

HOP = make_json_type(typename="relay/hop")
functions = StatefulFunctions()


@functions.bind(typename=f"{os.environ['NAMESPACE']}/relay", specs=[ValueSpec(name="count", type=IntType)])
def relay(context, message):
    path = message.as_type(HOP)["path"]
    context.storage.count = (context.storage.count or 0) + 1
    if path:
        context.send(
            message_builder(target_typename=f"{path[0]}/relay", target_id=context.address.id, value={"path": path[1:]}, value_type=HOP)
        )


serve(RequestReplyHandler(functions).handle_sync)
