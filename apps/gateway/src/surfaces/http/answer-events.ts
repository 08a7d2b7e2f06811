/**
 * answerEvents: the answers of a call as server-sent events, for call-routes.ts. The id of `answer` is its index, with which a client that
 * lost the connection continues (Last-Event-ID). The last event is `done`, `cut` or `problem`. A slow reader slows down the source.
 */
import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { StreamedAnswer } from "../../contract/messages/calls.ts";
import { problemOf } from "../../contract/problem-of.ts";
import type { ValueCodec } from "../../values/value-codec.ts";

export function wantsEvents(accept: string | undefined): boolean {
  return accept?.includes("text/event-stream") === true;
}

/** Resolves once there is a first frame. Rejects with what there was in its place. */
export async function begun<T>(frames: AsyncIterable<T>): Promise<AsyncIterableIterator<T>> {
  const iterator = frames[Symbol.asyncIterator]();
  const first = await iterator.next();
  let given = false;
  const all: AsyncIterableIterator<T> = {
    next() {
      if (given) return iterator.next();
      given = true;
      return Promise.resolve(first);
    },
    return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]: () => all,
  };
  return all;
}

/** Without `values` every answer is given as bytes. */
export function answerEvents(reply: FastifyReply, answers: AsyncIterable<StreamedAnswer>, values: ValueCodec | undefined): FastifyReply {
  const stream = Readable.from(events(answers, values), { objectMode: false, highWaterMark: 64 * 1024 });
  // A stream of which nothing was read (HEAD, or a client that has gone) does not end its source, which may have begun.
  stream.once("close", () => void ended(answers));
  return (
    reply
      .type("text/event-stream")
      .header("cache-control", "no-store")
      // Otherwise nginx would buffer the events.
      .header("x-accel-buffering", "no")
      .send(stream)
  );
}

async function ended(answers: AsyncIterable<StreamedAnswer>): Promise<void> {
  if (!("return" in answers) || typeof answers.return !== "function") return;
  try {
    await answers.return();
  } catch {
    // Whoever reads them was told.
  }
}

async function* events(answers: AsyncIterable<StreamedAnswer>, values: ValueCodec | undefined): AsyncGenerator<string> {
  // The head goes out with it, before the first answer.
  yield ": open\n\n";
  try {
    for await (const answer of answers) yield eventOf(answer, values);
  } catch (error) {
    yield event({ event: "problem", data: JSON.stringify(problemOf(error)) });
  }
}

function eventOf(answer: StreamedAnswer, values: ValueCodec | undefined): string {
  switch (answer.kind) {
    case "waiting":
      return ": waiting\n\n";
    case "done":
      return event({ event: "done", data: "{}" });
    case "cut":
      return event({ event: "cut", data: JSON.stringify({ reason: answer.reason }) });
    case "answer": {
      const { index, value } = answer;
      const json = values?.json(value);
      const held = json === undefined ? `"bytes":"${Buffer.from(value.bytes).toString("base64")}"` : `"value":${json}`;
      return event({ id: index, event: "answer", data: `{"index":${index},"typename":${JSON.stringify(value.typename)},${held}}` });
    }
  }
}

function event({ id, event: name, data }: { readonly id?: number; readonly event: string; readonly data: string }): string {
  const lines = data.split("\n").map((line) => `data: ${line}\n`);
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${name}\n${lines.join("")}\n`;
}
