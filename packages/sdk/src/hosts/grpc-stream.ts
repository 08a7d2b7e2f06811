/**
 * CallStreams: the streams of signalbox.v1.Function/Stream: many calls at once on each, answered in the order in which they finish; answers
 * of one turn share a message. Neighbours: grpc.ts serves them; dispatch.ts answers; function.proto says what the messages mean. Guarantee:
 * a stream has at most callsMax open calls and reads no more until some are answered; invalid bytes end the stream.
 */
import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { Dispatcher, FailedOutcome, Outcome } from "../dispatch.ts";
import { MalformedBytes, readFields } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";
import { reasonCharactersMax, statusOf } from "./grpc-status.ts";

type Duplex = ServerDuplexStream<Uint8Array, Uint8Array>;

const callsMax = 4_096;
/** The size of a message with several answers; a larger answer has a message of its own. */
const messageBytesMax = 1024 * 1024;
const invalidArgument = 3;

export class CallStreams {
  readonly #dispatcher: Dispatcher;
  readonly #open = new Set<OpenStream>();
  #isFinishing = false;

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher;
  }

  serve(call: Duplex): void {
    const stream = new OpenStream(call, this.#dispatcher);
    this.#open.add(stream);
    call.on("close", () => this.#open.delete(stream));
    if (this.#isFinishing) stream.finish();
  }

  /** Each stream ends when its open calls are answered; later calls are not begun. */
  finish(): void {
    this.#isFinishing = true;
    for (const stream of this.#open) stream.finish();
  }
}

class OpenStream {
  readonly #call: Duplex;
  readonly #dispatcher: Dispatcher;
  /** The ids of calls that were not cancelled. */
  readonly #waiting = new Set<number>();
  #running = 0;
  #answers: Uint8Array[] = [];
  #isFinishing = false;
  #isOver = false;

  constructor(call: Duplex, dispatcher: Dispatcher) {
    this.#call = call;
    this.#dispatcher = dispatcher;
    call.on("data", (message: Uint8Array) => this.#hear(message));
    call.on("end", () => this.finish());
    const lost = (): void => {
      this.#isOver = true;
      this.#answers = [];
    };
    call.on("cancelled", lost);
    call.on("error", lost);
  }

  finish(): void {
    this.#isFinishing = true;
    this.#endIfDone();
  }

  #hear(message: Uint8Array): void {
    if (this.#isFinishing || this.#isOver) return;
    try {
      readFields(message, (number, reader) => {
        if (number !== 1) return false;
        this.#begin(callOf(reader.bytes()));
        return true;
      });
    } catch (error) {
      if (!(error instanceof MalformedBytes)) throw error;
      this.#isOver = true;
      this.#call.emit("error", { code: invalidArgument, details: `no FunctionCalls message: ${error.message}` });
    }
  }

  #begin({ id, request }: CallOfStream): void {
    if (request === undefined) {
      this.#waiting.delete(id);
      return;
    }
    this.#waiting.add(id);
    if (++this.#running >= callsMax) this.#call.pause();
    void this.#dispatcher.dispatch(request).then((outcome) => this.#answered(id, outcome));
  }

  #answered(id: number, outcome: Outcome): void {
    if (--this.#running === callsMax - 1 && !this.#isOver) this.#call.resume();
    if (this.#waiting.delete(id) && !this.#isOver) {
      if (this.#answers.length === 0) setImmediate(() => this.#flush());
      this.#answers.push(answerBytes(id, outcome));
    }
    this.#endIfDone();
  }

  #flush(): void {
    let message = new Writer();
    let length = 0;
    for (const answer of this.#answers) {
      if (length > 0 && length + answer.length > messageBytesMax) {
        this.#call.write(message.finish());
        message = new Writer();
        length = 0;
      }
      message.bytes(1, answer);
      length += answer.length;
    }
    this.#answers = [];
    if (length > 0) this.#call.write(message.finish());
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (!this.#isFinishing || this.#isOver || this.#running > 0 || this.#answers.length > 0) return;
    this.#isOver = true;
    this.#call.end();
  }
}

interface CallOfStream {
  readonly id: number;
  /** undefined when the call is cancelled. */
  readonly request: Uint8Array | undefined;
}

function callOf(bytes: Uint8Array): CallOfStream {
  let id = 0;
  let request: Uint8Array | undefined;
  readFields(bytes, (number, reader) => {
    if (number === 1) id = Number(reader.varint());
    else if (number === 2) request = reader.bytes();
    else return false;
    return true;
  });
  return { id, request };
}

function answerBytes(id: number, outcome: Outcome): Uint8Array {
  const answer = new Writer().varint(1, BigInt(id));
  if (outcome.kind === "reply") return answer.bytes(2, outcome.bytes).finish();
  return answer.message(3, (writer) => writeRefusal(writer, outcome)).finish();
}

function writeRefusal(writer: Writer, outcome: FailedOutcome): void {
  writer.varint(1, BigInt(statusOf(outcome.kind))).text(2, outcome.reason.slice(0, reasonCharactersMax).toWellFormed());
  if (outcome.kind === "rejected") writer.text(3, "reject");
  if (outcome.kind === "retry-later") writer.text(3, "retry-later").varint(4, BigInt(Math.ceil(outcome.afterMs)));
}
