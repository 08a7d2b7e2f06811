/**
 * Producer: typed messages over one gRPC stream, numbered by the sender, so that each counts once even when it is sent again:
 * Ingress.Publish of signalbox/ingress.proto. It reconnects by itself, asks how far the gateway has come, and continues after that.
 * Neighbours: message.ts makes what is sent; published-frame.ts writes it; @grpc/grpc-js is a peer that only this entry point and /grpc
 * need. Guarantee: messages go in the order of their numbers; a send resolves once its message is durable; pendingMessagesMax bounds the
 * messages that wait.
 */
import {
  type ChannelCredentials,
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type ServiceError,
  status,
  type StatusObject,
} from "@grpc/grpc-js";
import type { OutgoingMessage } from "../message.ts";
import { encodeFrame, encodeMessage, frameBytesMax, readDurable } from "./published-frame.ts";
import { againAfterMs, PublishRefused, refusalOf } from "./publish-refused.ts";

export { PublishRefused } from "./publish-refused.ts";

export interface ProducerOptions {
  /** The source's name. It must stay the same over restarts, because repeats are recognised by name and number. */
  readonly name: string;
  /** Certificates, for a gateway with TLS; without them the connection is unencrypted. */
  readonly credentials?: ChannelCredentials;
  /** Sent with each connection, for example an authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How many messages may wait to become durable; 10 000 by default. */
  readonly pendingMessagesMax?: number;
  /** The limit for the first connection; 30 s by default. Later ones are tried for as long as it takes. */
  readonly timeoutMs?: number;
}

export interface NumberedMessage {
  /** Must rise from message to message, by any step; for example a position in the source. */
  readonly number: number;
  readonly message: OutgoingMessage;
}

export interface Producer extends AsyncDisposable {
  /** The highest number that is durable; 0 when none is. A source that restarts continues after it. */
  readonly durable: number;
  /**
   * Resolves once the message is durable; at once for a number that already is. Rejects when too many messages wait: await some earlier
   * ones, or use sendAll.
   * @example
   * await producer.send(17, cart.to("ada").message("AddItem", item));
   */
  send(number: number, message: OutgoingMessage): Promise<void>;
  /**
   * Sends all messages as fast as the gateway accepts them; resolves once the last one is durable.
   * @example
   * await producer.sendAll(lines.map((line) => ({ number: line.number, message: toMessage(line) })));
   */
  sendAll(messages: Iterable<NumberedMessage> | AsyncIterable<NumberedMessage>): Promise<void>;
  /** Waits until everything that was sent is durable, then disconnects. */
  close(): Promise<void>;
}

/**
 * Connects to the gateway's gRPC port and asks how far this producer has come.
 * @example
 * await using producer = await openProducer("grpc://127.0.0.1:4281", { name: "orders-import" });
 * const left = lines.filter(({ number }) => number > producer.durable);
 * await producer.sendAll(left.map((line) => ({ number: line.number, message: toMessage(line) })));
 */
export async function openProducer(url: string, options: ProducerOptions): Promise<Producer> {
  const stream = new PublishingStream(url, options);
  await stream.opened;
  return stream;
}

const pathOfPublish = "/signalbox.v1.Ingress/Publish";
const pendingMessagesMaxDefault = 10_000;
const timeoutMsDefault = 30_000;
const againMs = { first: 100, max: 5_000 } as const;

interface Pending {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly sent: PromiseWithResolvers<void>;
}

type Stream = ClientDuplexStream<Uint8Array, Uint8Array>;

class PublishingStream implements Producer {
  durable = 0;
  readonly opened: Promise<void>;
  readonly #client: Client;
  readonly #options: ProducerOptions;
  readonly #open = Promise.withResolvers<void>();
  readonly #limit: NodeJS.Timeout;
  /** In the order of their numbers; the first `#written` are on the stream. */
  readonly #pending: Pending[] = [];
  #written = 0;
  #last = 0;
  #stream: Stream | undefined;
  /** True once the gateway has said how far it has come. */
  #isReady = false;
  #isWriting = false;
  #againMs: number = againMs.first;
  #again: NodeJS.Timeout | undefined;
  #ended: PublishRefused | undefined;
  /** Resolved when something has become durable, or nothing will any more. */
  #progress = Promise.withResolvers<void>();

  constructor(url: string, options: ProducerOptions) {
    this.#options = options;
    this.opened = this.#open.promise;
    // openProducer() awaits this promise; the handler only avoids an unhandled rejection.
    this.opened.catch(() => undefined);
    this.#client = new Client(placeOf(url), options.credentials ?? credentials.createInsecure());
    this.#limit = setTimeout(() => this.#end(unreachable(url)), options.timeoutMs ?? timeoutMsDefault);
    this.#connect();
  }

  get #room(): number {
    return (this.#options.pendingMessagesMax ?? pendingMessagesMaxDefault) - this.#pending.length;
  }

  async send(number: number, message: OutgoingMessage): Promise<void> {
    return this.#take(number, message);
  }

  async sendAll(messages: Iterable<NumberedMessage> | AsyncIterable<NumberedMessage>): Promise<void> {
    // Messages become durable in order, so when the last one is, all are.
    let last = Promise.resolve();
    for await (const { number, message } of messages) {
      while (this.#room <= 0 && this.#ended === undefined) await this.#progress.promise;
      last = this.#take(number, message);
      last.catch(() => undefined);
    }
    await last;
  }

  /** Throws when the message or its number is wrong; resolves once it is durable. */
  #take(number: number, message: OutgoingMessage): Promise<void> {
    if (this.#ended !== undefined) throw this.#ended;
    if (!Number.isSafeInteger(number) || number < 1)
      throw new RangeError(`the number of a message is a whole number from 1 on, not ${number}`);
    if (number <= this.#last) throw new RangeError(`numbers rise: ${number} came after ${this.#last}`);
    if (this.#room <= 0)
      throw new RangeError(`${this.#pending.length} messages wait to become durable already: await earlier ones, or use sendAll`);
    this.#last = number;
    if (number <= this.durable) return Promise.resolve();
    const pending = { number, bytes: encodeMessage(number, message), sent: Promise.withResolvers<void>() };
    this.#pending.push(pending);
    this.#writeSoon();
    return pending.sent.promise;
  }

  async close(): Promise<void> {
    await this.#empty();
    this.#end(new PublishRefused(1, { code: "PRODUCER_CLOSED", detail: "the producer is closed", cure: "Open another one." }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #empty(): Promise<void> {
    while (this.#pending.length > 0 && this.#ended === undefined) await this.#progress.promise;
  }

  #connect(): void {
    this.#again = undefined;
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(this.#options.headers ?? {})) metadata.set(name, value);
    const stream: Stream = this.#client.makeBidiStreamRequest(pathOfPublish, toBuffer, (bytes: Buffer) => bytes, metadata);
    this.#stream = stream;
    this.#isReady = false;
    this.#isWriting = false;
    this.#written = 0;
    stream.on("data", (bytes: Uint8Array) => this.#acknowledged(stream, bytes));
    stream.on("error", (error: ServiceError) => this.#broken(stream, error));
    // Some proxies end a stream without an error.
    stream.on("status", ({ code, details, metadata: trailers }: StatusObject) => {
      if (code === status.OK) this.#broken(stream, { code: status.UNAVAILABLE, details, metadata: trailers });
    });
    // A frame without messages asks how far the gateway has come.
    stream.write(encodeFrame(this.#options.name, []));
  }

  #acknowledged(stream: Stream, bytes: Uint8Array): void {
    if (this.#stream !== stream || this.#ended !== undefined) return;
    this.#isReady = true;
    this.#againMs = againMs.first;
    clearTimeout(this.#limit);
    this.durable = Math.max(this.durable, readDurable(bytes));
    let done = 0;
    while ((this.#pending[done]?.number ?? Number.POSITIVE_INFINITY) <= this.durable) this.#pending[done++]?.sent.resolve();
    this.#pending.splice(0, done);
    this.#written = Math.max(0, this.#written - done);
    this.#open.resolve();
    this.#tellProgress();
    this.#writeSoon();
  }

  #broken(stream: Stream, error: StatusObject): void {
    if (this.#stream !== stream || this.#ended !== undefined) return;
    this.#stream = undefined;
    this.#isReady = false;
    const waitMs = againAfterMs(error);
    if (waitMs === undefined) return this.#end(refusalOf(error));
    this.#again = setTimeout(() => this.#connect(), Math.max(waitMs, this.#againMs));
    this.#againMs = Math.min(againMs.max, this.#againMs * 2);
  }

  /** Messages of one turn of the event loop share a frame. */
  #writeSoon(): void {
    if (this.#isWriting || !this.#isReady || this.#written === this.#pending.length) return;
    this.#isWriting = true;
    setImmediate(() => {
      this.#isWriting = false;
      this.#write();
    });
  }

  #write(): void {
    const stream = this.#stream;
    if (stream === undefined || !this.#isReady) return;
    while (this.#written < this.#pending.length) {
      const messages: Uint8Array[] = [];
      for (let bytes = 0; this.#written < this.#pending.length && bytes < frameBytesMax; this.#written++) {
        const message = this.#pending[this.#written]?.bytes ?? new Uint8Array();
        messages.push(message);
        bytes += message.length;
      }
      if (stream.write(encodeFrame("", messages))) continue;
      this.#isWriting = true;
      stream.once("drain", () => {
        if (this.#stream !== stream) return;
        this.#isWriting = false;
        this.#writeSoon();
      });
      return;
    }
  }

  #end(why: PublishRefused): void {
    if (this.#ended !== undefined) return;
    this.#ended = why;
    clearTimeout(this.#limit);
    clearTimeout(this.#again);
    for (const { sent } of this.#pending.splice(0)) sent.reject(why);
    this.#open.reject(why);
    this.#tellProgress();
    if (this.#isReady) this.#stream?.end();
    else this.#stream?.cancel();
    this.#client.close();
  }

  #tellProgress(): void {
    this.#progress.resolve();
    this.#progress = Promise.withResolvers<void>();
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** grpc-js takes a name and a port. */
function placeOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !["grpc:", "grpcs:"].includes(parsed.protocol) || parsed.port === "")
    throw new TypeError(`the gateway's gRPC port is given as grpc://host:port, not ${JSON.stringify(url)}`);
  return `${parsed.hostname}:${parsed.port}`;
}

function unreachable(url: string): PublishRefused {
  const detail = `no gateway answered at ${url}`;
  return new PublishRefused(14, { code: "GATEWAY_UNREACHABLE", detail, cure: "Start it, or correct address and port (4281 unless set)." });
}
