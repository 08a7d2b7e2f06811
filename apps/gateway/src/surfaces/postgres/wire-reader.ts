/**
 * WireReader: reads what a client sends, message by message. A startup message has no letter in front. Neighbours: connection.ts reads,
 * client-messages.ts knows what is in a message. Guarantee: messages are bounded in size, and while a complete one waits, little more is
 * read.
 */
import type { Duplex } from "node:stream";
import { fatal, states } from "./wire-error.ts";

export interface WireMessage {
  /** "" before the login. */
  readonly letter: string;
  readonly body: Buffer;
}

const lengthBytes = 4;
/** No message before the login is longer. */
const startBytesMax = 10_000;
const messageBytesMax = 1024 * 1024;
/** When more than this is buffered, the client is not read. */
const aheadBytesMax = 64 * 1024;

export class WireReader {
  readonly #socket: Duplex;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #ended = false;
  #wake: (() => void) | undefined;
  readonly #take = (chunk: Buffer): void => {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > messageBytesMax + aheadBytesMax || (this.#wake === undefined && this.#bytes > aheadBytesMax)) this.#socket.pause();
    this.#wake?.();
  };
  readonly #end = (): void => {
    this.#ended = true;
    this.#wake?.();
  };

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on("data", this.#take).once("end", this.#end).once("close", this.#end);
  }

  /** Gives the buffered bytes to another reader, as when TLS starts. */
  release(): Buffer {
    this.#socket.pause();
    this.#socket.off("data", this.#take).off("end", this.#end).off("close", this.#end);
    return this.#shift(this.#bytes);
  }

  /** The first bytes without consuming them; undefined when the stream ended before. */
  async peek(bytes: number): Promise<Buffer | undefined> {
    if (!(await this.#have(bytes))) return undefined;
    return this.#joined().subarray(0, bytes);
  }

  /** A message without a letter. */
  async start(): Promise<WireMessage | undefined> {
    const body = await this.#body(0, startBytesMax);
    return body === undefined ? undefined : { letter: "", body };
  }

  /** undefined when the client is gone. */
  async next(bytesMax = messageBytesMax): Promise<WireMessage | undefined> {
    const head = await this.peek(1);
    if (head === undefined) return undefined;
    const body = await this.#body(1, bytesMax);
    return body === undefined ? undefined : { letter: String.fromCharCode(head[0] ?? 0), body };
  }

  /** A message of the login, which must be small. */
  nextSmall(): Promise<WireMessage | undefined> {
    return this.next(startBytesMax);
  }

  async #body(offset: number, bytesMax: number): Promise<Buffer | undefined> {
    const head = await this.peek(offset + lengthBytes);
    if (head === undefined) return undefined;
    const length = head.readInt32BE(offset);
    if (length < lengthBytes || length > bytesMax)
      throw fatal(states.protocolViolation, `a message of ${length} bytes is none: from ${lengthBytes} to ${bytesMax}`);
    if (!(await this.#have(offset + length))) return undefined;
    return this.#shift(offset + length).subarray(offset + lengthBytes);
  }

  async #have(bytes: number): Promise<boolean> {
    while (this.#bytes < bytes) {
      if (this.#ended) return false;
      this.#socket.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    return true;
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  #shift(bytes: number): Buffer {
    const all = this.#joined();
    this.#chunks = bytes < all.length ? [all.subarray(bytes)] : [];
    this.#bytes -= bytes;
    return all.subarray(0, bytes);
  }
}
