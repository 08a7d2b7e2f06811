/**
 * PublishSender: one producer on the gRPC Publish stream, numbered, with a window of messages that are not acknowledged. When the
 * stream breaks or falls silent it connects again and either asks for its durable position or sends the whole window once more.
 */
import { setTimeout as delay } from "node:timers/promises";
import { Client, type ClientDuplexStream, credentials, type ServiceError, status } from "@grpc/grpc-js";
import { PublishAck, PublishFrame, type PublishFrameProperties, toSafeNumber } from "@signalbox/proto";
import type { SenderOptions } from "./http-sender.ts";
import type { Item } from "./workload.ts";

interface Numbered {
  readonly sequence: number;
  readonly type: string;
  readonly id: string;
  readonly valueType: string;
  readonly value: Buffer;
  readonly counts: boolean;
}

interface Frame {
  readonly producer: string;
  readonly messages: readonly Numbered[];
}

type Stream = ClientDuplexStream<Frame, PublishAck>;

const windowMessagesMax = 200;
const frameMessagesMax = 40;
const silenceMsMax = 4000;
const tickShare = 0.25;
const refusedForGood = new Set<number>([status.INVALID_ARGUMENT, status.UNIMPLEMENTED, status.PERMISSION_DENIED, status.NOT_FOUND]);

export class PublishSender {
  readonly producer: string;
  reconnects = -1;
  readonly #address: string;
  readonly #options: SenderOptions;
  readonly #window: Numbered[] = [];
  #sequence = 0;

  constructor(producer: string, address: string, options: SenderOptions) {
    this.producer = producer;
    this.#address = address;
    this.#options = options;
  }

  get #done(): boolean {
    return this.#options.workload.exhausted && this.#window.length === 0;
  }

  /** Sends until the workload is exhausted and everything is acknowledged. */
  async run(): Promise<void> {
    while (!this.#done) {
      this.#options.signal.throwIfAborted();
      this.reconnects++;
      await this.#oneStream();
      await delay(50);
    }
  }

  /** Resolves when the stream has ended for a reason that a new one cures. */
  async #oneStream(): Promise<void> {
    const client = new Client(this.#address, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
    const stream: Stream = client.makeBidiStreamRequest("/signalbox.v1.Ingress/Publish", encodeFrame, (bytes) => PublishAck.decode(bytes), {
      deadline: Number.POSITIVE_INFINITY,
    });
    let heardMs = performance.now();
    let positionKnown = this.#options.random() < 0.5;
    const watch = setInterval(() => {
      if (performance.now() - heardMs > silenceMsMax || this.#options.signal.aborted) stream.cancel();
      else if (positionKnown) this.#fill(stream);
      if (this.#window.length === 0) heardMs = performance.now();
    }, 50);
    try {
      await new Promise<void>((done, failed) => {
        stream.on("error", (error: ServiceError) => (refusedForGood.has(error.code) ? failed(error) : done()));
        stream.on("end", done);
        stream.on("data", (ack: PublishAck) => {
          heardMs = performance.now();
          this.#acknowledge(toSafeNumber(ack.durableSequence));
          if (!positionKnown) this.#send(stream, this.#window);
          positionKnown = true;
          this.#fill(stream);
        });
        if (positionKnown) this.#send(stream, this.#window);
        else stream.write({ producer: this.producer, messages: [] });
        if (positionKnown) this.#fill(stream);
      });
    } finally {
      clearInterval(watch);
      stream.cancel();
      client.close();
    }
  }

  #acknowledge(durableSequence: number): void {
    const open = this.#window.findIndex((message) => message.sequence > durableSequence);
    const covered = this.#window.splice(0, open < 0 ? this.#window.length : open);
    this.#options.workload.acknowledged += covered.filter((message) => message.counts).length;
  }

  /** Sends as much as the window has room for. */
  #fill(stream: Stream): void {
    const { workload, random } = this.#options;
    const fresh: Numbered[] = [];
    while (this.#window.length + fresh.length < windowMessagesMax && fresh.length < frameMessagesMax && !workload.held) {
      if (workload.exhausted) break;
      const item = random() < tickShare ? workload.nextTick(this.producer) : workload.nextCommand();
      if (item === undefined) break;
      const times = item.planted === "forget-send" ? 0 : item.planted === "double-send" ? 2 : 1;
      for (let time = 0; time < times; time++) fresh.push(this.#number(item));
    }
    this.#window.push(...fresh);
    this.#send(stream, fresh);
    if (this.#done) stream.end();
  }

  #number(item: Item): Numbered {
    this.#sequence += 1 + Math.floor(this.#options.random() * 3);
    const { target, valueType, bytes, counts } = item;
    return { sequence: this.#sequence, type: target.type, id: target.id, valueType, value: bytes, counts };
  }

  #send(stream: Stream, messages: readonly Numbered[]): void {
    for (let at = 0; at < messages.length; at += frameMessagesMax) {
      stream.write({ producer: this.producer, messages: messages.slice(at, at + frameMessagesMax) });
    }
  }
}

/** The cast is needed because the generated writer takes a number where its types ask for a Long. */
function encodeFrame(frame: Frame): Buffer {
  return Buffer.from(PublishFrame.encode(frame as unknown as PublishFrameProperties).finish());
}
