/**
 * countedCalls: an interceptor that counts the memory of a call's messages before and while they are answered: the pieces of an incomplete
 * message, the unpacked size of a compressed one, a unary request until its answer, and a frame of a stream until its handler takes it. @grpc/grpc-js bounds each message, but not their
 * sum. Neighbours: server.ts installs it; request-bytes.ts is the sum over all doors; publish-stream.ts counts what a stream has gathered.
 * Guarantee: all calls count in one sum, including the overhead of each piece. A call that exceeds it ends with RESOURCE_EXHAUSTED. One whose
 * message does not arrive completely in time ends with DEADLINE_EXCEEDED, and so does a call of one message whose caller does not end its side.
 */
import type { ServerInterceptor, ServerInterceptingCall } from "@grpc/grpc-js";
import { GatewayError } from "../../contract/problem.ts";
import { noRoom, type RequestBytes } from "../../listener/request-bytes.ts";
import { grpcRefusal, type GrpcRefusal } from "./grpc-status.ts";

export interface CountedCallsOptions {
  readonly held: RequestBytes;
  readonly messageBytesMax: number;
  /** A message whose first piece is older than this is given up, and a call of one message that is older and not sent to its end. */
  readonly wholeMsMax?: number;
}

/** What a piece of a message costs beside its bytes, as an object of its own. */
const pieceOverheadBytes = 128;
const wholeMsMaxDefault = 60_000;
const sweptEveryMsMax = 5_000;

/** The internals of a call that the library's own interceptors use; the test of this file fails when a release changes them. */
interface CallInside {
  readonly stream: { readonly headersSent: boolean; on(event: "close" | "end", listener: () => void): unknown; close(): void };
  readonly decoder: { write(data: Buffer): Buffer[] };
  startRead(): void;
  decompressMessage(message: Buffer, encoding: string): Buffer | Promise<Buffer>;
  sendStatus(status: Pick<GrpcRefusal, "code" | "details" | "metadata">): void;
}

export interface CountedCalls {
  readonly interceptor: ServerInterceptor;
  close(): void;
}

export function countedCalls({ held, messageBytesMax, wholeMsMax = wholeMsMaxDefault }: CountedCallsOptions): CountedCalls {
  const partial = new Set<CountedCall>();
  const sweep = setInterval(
    () => {
      const oldest = performance.now() - wholeMsMax;
      for (const call of partial) if (call.sinceMs < oldest) call.refuse(tooSlow());
    },
    Math.min(sweptEveryMsMax, wholeMsMax / 2),
  ).unref();
  return {
    interceptor: (method, call) => {
      // A stream counts what it gathers itself.
      const keepsMessages = !method.requestStream;
      const counted = new CountedCall(call as unknown as CallInside, { held, partial, messageBytesMax, keepsMessages });
      counted.count();
      // Returns the call itself, so that counting adds no layer.
      return call as unknown as ServerInterceptingCall;
    },
    close: () => clearInterval(sweep),
  };
}

interface CountedCallOptions {
  readonly held: RequestBytes;
  readonly partial: Set<CountedCall>;
  readonly messageBytesMax: number;
  readonly keepsMessages: boolean;
}

class CountedCall {
  /** Since when a message, or a call of one message, is incomplete. */
  sinceMs = performance.now();
  readonly #call: CallInside;
  readonly #options: CountedCallOptions;
  #taken = 0;
  /** Bytes that came of the message that is not whole yet. */
  #partialBytes = 0;
  /** Of a stream: the sizes of messages that are whole and wait for their handler, which asks for them one by one. */
  readonly #whole: number[] = [];
  #wholeBytes = 0;
  #reads = 0;
  #over = false;

  constructor(call: CallInside, options: CountedCallOptions) {
    this.#call = call;
    this.#options = options;
  }

  count(): void {
    const { decoder, stream } = this.#call;
    const write = decoder.write.bind(decoder);
    const decompress = this.#call.decompressMessage.bind(this.#call);
    decoder.write = (data) => this.#write(data, write);
    this.#call.decompressMessage = (message, encoding) =>
      encoding === "identity" ? decompress(message, encoding) : this.#decompress(() => decompress(message, encoding));
    stream.on("close", () => this.#end());
    if (!this.#options.keepsMessages) return this.#giveAsTaken();
    // The handler of one message runs when the caller has ended its side; until then the message and the call are held for nothing.
    this.#options.partial.add(this);
    stream.on("end", () => this.#options.partial.delete(this));
  }

  refuse(refusal: GrpcRefusal): void {
    const { stream } = this.#call;
    const isWholeAnswer = !stream.headersSent;
    this.#call.sendStatus(refusal);
    // A caller that never ends its side would keep the stream open otherwise. It is closed without an error once the answer is out.
    if (isWholeAnswer) stream.close();
    this.#end();
  }

  #write(data: Buffer, write: (data: Buffer) => Buffer[]): Buffer[] {
    if (!this.#take(data.length + pieceOverheadBytes)) {
      const refusal = grpcRefusal(noRoom(), "message");
      this.refuse(refusal);
      // The library ends the call a second time because of this error, which changes nothing.
      throw new Error(refusal.details);
    }
    const messages = write(data);
    const wasPartial = this.#partialBytes > 0;
    this.#partialBytes += data.length;
    for (const message of messages) this.#partialBytes -= message.length;
    if (this.#options.keepsMessages) return messages;
    const isPartial = this.#partialBytes > 0;
    if (isPartial && (!wasPartial || messages.length > 0)) this.sinceMs = performance.now();
    if (isPartial) this.#options.partial.add(this);
    else this.#options.partial.delete(this);
    if (messages.length === 0) return messages;
    for (const message of messages) {
      this.#whole.push(message.length + pieceOverheadBytes);
      this.#wholeBytes += message.length + pieceOverheadBytes;
    }
    this.#setTaken(this.#wholeBytes + (isPartial ? this.#partialBytes + pieceOverheadBytes : 0));
    return messages;
  }

  /** When the handler asks for the next message it has the one before. */
  #giveAsTaken(): void {
    const startRead = this.#call.startRead.bind(this.#call);
    this.#call.startRead = () => {
      const bytes = this.#reads++ > 0 ? (this.#whole.shift() ?? 0) : 0;
      this.#wholeBytes -= bytes;
      this.#setTaken(this.#taken - bytes);
      startRead();
    };
  }

  async #decompress(run: () => Buffer | Promise<Buffer>): Promise<Buffer> {
    const { messageBytesMax, held } = this.#options;
    if (!held.take(messageBytesMax)) throw grpcRefusal(noRoom(), "message");
    try {
      return await run();
    } finally {
      held.give(messageBytesMax);
    }
  }

  #take(bytes: number): boolean {
    if (this.#over) return true;
    if (!this.#options.held.take(bytes)) return false;
    this.#taken += bytes;
    return true;
  }

  #setTaken(bytes: number): void {
    if (this.#over) return;
    this.#options.held.give(this.#taken - bytes);
    this.#taken = bytes;
  }

  #end(): void {
    this.#setTaken(0);
    this.#over = true;
    this.#options.partial.delete(this);
  }
}

function tooSlow(): GrpcRefusal {
  return grpcRefusal(
    new GatewayError("REQUEST_TOO_SLOW", {
      detail: "The message did not become whole in time.",
      where: "message",
      cure: "Send it at once, or in smaller messages.",
    }),
    "message",
  );
}
