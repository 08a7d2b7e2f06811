"""Classifier: one function on the official StateFun SDK for Python, with a model of scikit-learn.

iris/classifier (id: whose flowers) tells which iris a flower is from its four measures. The model trains when the process starts, on the 150
flowers that scikit-learn ships: two thirds of them; the others say how good it is. The answer goes to who called and to the egress iris/classes.
"""
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from statefun import RequestReplyHandler, StatefulFunctions, ValueSpec, egress_message_builder, make_json_type, message_builder

MEASURES = ("sepal_length", "sepal_width", "petal_length", "petal_width")  # in cm
MODEL = "random-forest-50"

FLOWER = make_json_type("iris/Flower")
CLASS = make_json_type("iris/Class")
SEEN = make_json_type("iris/Seen")


def train():
    """The same model in every process: its chance is fixed, so a flower that is asked again gets the same class."""
    iris = load_iris()
    known, other, known_kinds, other_kinds = train_test_split(iris.data, iris.target, test_size=1 / 3, random_state=7, stratify=iris.target)
    model = RandomForestClassifier(n_estimators=50, random_state=7).fit(known, known_kinds)
    names = [str(name) for name in iris.target_names]
    return model, names, model.score(other, other_kinds)


model, names, accuracy = train()
functions = StatefulFunctions()


@functions.bind("iris/classifier", specs=[ValueSpec("seen", SEEN)])
def classifier(context, message):
    flower = message.as_type(FLOWER)
    answer = classified(flower)
    if "class" in answer:
        seen = context.storage.seen or {}
        context.storage.seen = {**seen, answer["class"]: seen.get(answer["class"], 0) + 1}
    if context.caller is not None:
        context.send(message_builder(context.caller.typename, context.caller.id, value=answer, value_type=CLASS))
    context.send_egress(egress_message_builder("iris/classes", {"whose": context.address.id, **answer}, CLASS))


def classified(flower):
    """What is no flower gets an answer too: to try again would not help it."""
    wrong = [name for name in MEASURES if not is_measure(flower.get(name) if isinstance(flower, dict) else None)]
    if wrong:
        return {"error": f"not a length in cm between 0 and 100: {', '.join(wrong)}"}
    chances = model.predict_proba([[flower[name] for name in MEASURES]])[0]
    best = int(chances.argmax())
    return {"class": names[best], "probability": round(float(chances[best]), 3), "model": MODEL}


def is_measure(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 100


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
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8004"))), FunctionEndpoint)
    server.daemon_threads = True
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"{MODEL} knows {accuracy:.1%} of the flowers that it has not seen", flush=True)
    print(f"classifier on http://127.0.0.1:{server.server_address[1]}/statefun", flush=True)
    server.serve_forever()
