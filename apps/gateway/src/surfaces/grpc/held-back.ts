/**
 * HeldBack: bounds for the streams of a library that answers each question at once (reflection): a caller who does not take the answers
 * gets no further question read, a question is short, and streams are limited. Neighbour: standard-services.ts puts it before the library.
 * Guarantee: what a stream holds is at most what the library's buffers hold of short questions and of their answers.
 */
import type { handleBidiStreamingCall, ServerDuplexStream } from "@grpc/grpc-js";
import { GatewayError } from "../../contract/problem.ts";
import { grpcRefusal, invalidRequest } from "./grpc-status.ts";

const streamsMax = 100;
const questionBytesMax = 2_048;

type Stream = ServerDuplexStream<unknown, unknown>;
type Answer = handleBidiStreamingCall<unknown, unknown>;

/** Stands for a question of more bytes, which are not kept. */
const tooLong = Symbol("too long");

export class HeldBack {
  readonly #open = new Set<Stream>();

  ifShort(deserialize: (bytes: Buffer) => unknown): (bytes: Buffer) => unknown {
    return (bytes) => (bytes.length > questionBytesMax ? tooLong : deserialize(bytes));
  }

  answering(answer: Answer): Answer {
    return (call) => {
      if (this.#open.size >= streamsMax) {
        call.emit("error", grpcRefusal(tooMany(), "stream"));
        return;
      }
      this.#open.add(call);
      for (const end of ["cancelled", "close", "error"]) call.once(end, () => this.#open.delete(call));
      call.on("drain", () => call.resume());
      answer(standIn(call));
    };
  }
}

/** The three parts of a stream that the library uses. */
function standIn(call: Stream): Stream {
  const parts = {
    on: (event: string, listener: (question?: unknown) => void) =>
      call.on(event, (question?: unknown) => {
        if (question === tooLong) call.emit("error", grpcRefusal(longQuestion(), "stream"));
        else if (!call.writableEnded) listener(question);
      }),
    write: (message: unknown) => {
      if (!call.write(message)) call.pause();
    },
    end: () => call.end(),
  };
  return parts as unknown as Stream;
}

function longQuestion(): GatewayError {
  return invalidRequest("The question is too long.", "message", `Ask for one name; a question has at most ${questionBytesMax} bytes.`);
}

function tooMany(): GatewayError {
  return new GatewayError("TOO_MANY_STREAMS", {
    detail: `${streamsMax} such streams are open already.`,
    where: "stream",
    cure: "Try again in a moment.",
    retryAfterMs: 1_000,
  });
}
