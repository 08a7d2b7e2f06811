"""Functions for e2e/kafka/showcase/python.yaml on the official Python SDK: counts who is named and writes a line for each to Kafka."""
import asyncio

from function_server import serve
from statefun import IntType, RequestReplyHandler, StatefulFunctions, ValueSpec, kafka_egress_message, make_json_type

GREET_REQUEST = make_json_type("showcase/GreetRequest")

functions = StatefulFunctions()


@functions.bind("showcase/serving", specs=[ValueSpec("seen", IntType)])
async def serving(context, message):
    seen = (context.storage.seen or 0) + 1
    context.storage.seen = seen
    name = message.as_type(GREET_REQUEST)["name"]
    context.send_egress(kafka_egress_message(typename="showcase/greets", topic="greetings", key=context.address.id, value=f"{name} {seen}"))


handler = RequestReplyHandler(functions)
serve(lambda request: asyncio.run(handler.handle_async(request)))
