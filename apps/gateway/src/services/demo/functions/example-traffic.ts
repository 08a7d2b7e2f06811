/** startExampleTraffic(): somebody visits the greeter, or asks which iris a flower is. Neighbour: example.ts. */
import { json, message, types, type OutgoingMessage } from "@signalbox/functions";
import { z } from "zod";
import type { ExampleName } from "../examples.ts";

/** A message in the form that demo-program.ts takes. */
interface DemoMessage {
  readonly type: string;
  readonly id: string;
  readonly typename: string;
  readonly text: string;
}

const everyMs = 1_500;
const people = ["ada", "ben", "cyd", "dora", "emil", "fay"];
const utf8 = new TextDecoder();

const measure = z.number();
const Flower = json("iris/Flower", z.object({ sepal_length: measure, sepal_width: measure, petal_length: measure, petal_width: measure }));
/** The middle of each kind's cloud, in cm: setosa, versicolor, virginica. */
const kinds = [
  { sepal_length: 5.0, sepal_width: 3.4, petal_length: 1.5, petal_width: 0.2 },
  { sepal_length: 5.9, sepal_width: 2.8, petal_length: 4.3, petal_width: 1.3 },
  { sepal_length: 6.6, sepal_width: 3.0, petal_length: 5.6, petal_width: 2.0 },
];

export function startExampleTraffic(name: ExampleName, send: (message: DemoMessage) => void): void {
  const next = name === "classifier" ? flower : visit;
  const sendNext = (): void => {
    const { target, value } = next(pick(people));
    send({ ...target, typename: value.typename, text: utf8.decode(value.bytes) });
  };
  sendNext();
  setInterval(sendNext, everyMs);
}

function visit(id: string): OutgoingMessage {
  return message({ type: "example/person", id }, types.string, "hello");
}

/** No two flowers are alike: each measure within a tenth of its kind's. */
function flower(id: string): OutgoingMessage {
  const kind = pick(kinds);
  const grown = (cm: number): number => Math.round(cm * (0.9 + Math.random() * 0.2) * 10) / 10;
  const { sepal_length, sepal_width, petal_length, petal_width } = kind;
  return message({ type: "iris/classifier", id }, Flower, {
    sepal_length: grown(sepal_length),
    sepal_width: grown(sepal_width),
    petal_length: grown(petal_length),
    petal_width: Math.max(0.1, grown(petal_width)),
  });
}

function pick<Item>(from: readonly Item[]): Item {
  const chosen = from[Math.floor(Math.random() * from.length)];
  if (chosen === undefined) throw new Error("nothing to pick from");
  return chosen;
}
