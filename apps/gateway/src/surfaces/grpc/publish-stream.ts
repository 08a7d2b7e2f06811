/**
 * PublishStream: one producer's stream. Frames are gathered into batches for the engine, several batches are under way at once,
 * and acknowledgements name the highest durable sequence as epochs end.
 * Neighbours: ingress-service.ts opens one per call; the engine makes repeats of a producer harmless.
 * Guarantee: order is kept; nothing is handed to the engine after a refused batch, so no sequence can overtake a refused one;
 * at most messagesPendingMax messages or bytesPendingMax bytes wait here before the sender is held back.
 */
import { ingressProducerPrefix } from "../../connectors/position.ts";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import { EngineError, type ProducerBatch } from "@signalbox/runtime";
import type { PublishAckProperties, PublishFrame } from "@signalbox/proto";
import { noRoom } from "../../listener/request-bytes.ts";
import type { IngressDoor } from "./ingress-service.ts";
import { grpcRefusal, invalidRequest } from "./grpc-status.ts";
import { publishedMessage } from "./ingress-message.ts";
import { mustBeDecoded } from "./service-definitions.ts";

const publishLimits = {
  messagesPendingMax: 50_000,
  bytesPendingMax: 16 * 1024 * 1024,
  /** Replaces bytesPendingMax while all requests together hold much memory. */
  bytesPendingWhenScarceMax: 1024 * 1024,
  batchMessagesMax: 5_000,
  batchBytesMax: 4 * 1024 * 1024,
  producerCharactersMax: 256,
} as const;

/** What a message costs beside its value. */
const messageOverheadBytes = 200;

type Row = ProducerBatch["messages"][number];

/**
 * A stream that is held back would decode another sixteen frames ahead, each as large as a message may be. Buffered is one, so that what
 * waits is what is counted (counted-calls.ts). Node has no setter for it; the test of counted calls fails where a release changes this.
 */
function bufferOne(call: object): void {
  const { _readableState: state } = call as { _readableState?: { highWaterMark: number } };
  if (state !== undefined) state.highWaterMark = 1;
}

export interface PublishStreamParts {
  /** Throws for a type to which the producer may not send. Undefined when it may send to all. */
  readonly gate?: ((type: string) => void) | undefined;
  readonly onClosed: () => void;
}

export class PublishStream {
  readonly #call: ServerDuplexStream<PublishFrame, PublishAckProperties>;
  readonly #engine: IngressDoor;
  readonly #gate: ((type: string) => void) | undefined;
  readonly #onClosed: () => void;
  #producer = "";
  /** Messages that were gathered and not handed over yet. */
  #queue: Row[] = [];
  #queueFrom = 0;
  /** The last sequence of the batch before; by it the engine refuses batches that follow a refused one. */
  #handedOver: number | undefined = undefined;
  #handOverScheduled = false;
  #pendingMessages = 0;
  #pendingBytes = 0;
  #batchesUnderWay = 0;
  #durable = 0;
  #acknowledged = -1;
  #ackScheduled = false;
  #ackBlocked = false;
  #senderDone = false;
  #closed = false;

  constructor(call: ServerDuplexStream<PublishFrame, PublishAckProperties>, engine: IngressDoor, { gate, onClosed }: PublishStreamParts) {
    this.#call = call;
    this.#engine = engine;
    this.#gate = gate;
    this.#onClosed = onClosed;
    bufferOne(call);
    call.on("data", (frame: PublishFrame) => this.#receive(frame));
    call.on("end", () => this.#senderEnded());
    call.on("drain", () => {
      this.#ackBlocked = false;
      this.#scheduleAck();
    });
    call.on("cancelled", () => this.#close());
    call.on("error", () => this.#close());
  }

  /** Called when the gateway stops: the sender must send again what is not acknowledged. */
  stop(): void {
    this.#refuse(
      new EngineError("ENGINE_DRAINING", "The gateway is stopping.", "Connect again and go on after the last acknowledged sequence.", 1000),
    );
  }

  /** Ends the stream: acknowledged messages stay, all others are refused. */
  end(error: unknown): void {
    this.#refuse(error);
  }

  #receive(frame: PublishFrame): void {
    if (this.#closed) return;
    try {
      mustBeDecoded(frame);
      const first = this.#producer === "";
      this.#checkProducer(frame.producer);
      if (first && frame.messages.length === 0) this.#answerPosition();
      const before = this.#pendingBytes;
      for (const wire of frame.messages) {
        const row = publishedMessage(wire);
        if (this.#gate !== undefined) this.#gate(row.message.target.type);
        this.#queue.push(row);
        this.#pendingMessages++;
        this.#pendingBytes += row.message.value.bytes.length + messageOverheadBytes;
      }
      if (!this.#engine.held.take(this.#pendingBytes - before)) {
        this.#pendingBytes = before;
        throw noRoom();
      }
    } catch (error) {
      this.#refuse(error);
      return;
    }
    if (this.#isFull()) this.#call.pause();
    this.#handOver();
  }

  #checkProducer(producer: string): void {
    if (this.#producer === "") {
      if (producer === "" || producer.length > publishLimits.producerCharactersMax) {
        throw invalidRequest(
          "The first frame names no usable producer.",
          "producer",
          `Set producer to a text of 1 to ${publishLimits.producerCharactersMax} characters that stays the same when it reconnects.`,
        );
      }
      if (producer.startsWith(ingressProducerPrefix)) {
        throw invalidRequest(
          `Names that begin with ${ingressProducerPrefix} are those of the gateway's own ingresses.`,
          "producer",
          "Choose another name for the producer.",
        );
      }
      this.#producer = producer;
    } else if (producer !== "" && producer !== this.#producer) {
      throw invalidRequest(
        `The stream belongs to producer ${this.#producer}, not ${producer}.`,
        "producer",
        "Open one stream per producer.",
      );
    }
  }

  #answerPosition(): void {
    this.#batchesUnderWay++;
    this.#engine.producerSequence(this.#producer).then(
      (sequence) => this.#batchDone(0, 0, sequence),
      (error: unknown) => this.#refuse(error),
    );
  }

  /**
   * Hands over at most one batch per turn of the event loop, so that its refusal is known before the next one. Frames that arrive in
   * between make the next batch together.
   */
  #handOver(): void {
    if (this.#handOverScheduled || this.#closed || this.#queueFrom === this.#queue.length) return;
    this.#handOverScheduled = true;
    const { messages, bytes } = this.#takeBatch();
    this.#batchesUnderWay++;
    const previousSequence = this.#handedOver;
    this.#handedOver = messages.at(-1)?.sequence ?? previousSequence;
    this.#engine.acceptBatch({ producer: this.#producer, messages, previousSequence }).then(
      ({ durableSequence }) => this.#batchDone(messages.length, bytes, durableSequence),
      (error: unknown) => this.#refuse(error),
    );
    setImmediate(() => {
      this.#handOverScheduled = false;
      this.#handOver();
    });
  }

  #takeBatch(): { messages: Row[]; bytes: number } {
    const start = this.#queueFrom;
    let end = start;
    let bytes = 0;
    while (end < this.#queue.length && end - start < publishLimits.batchMessagesMax) {
      const size = (this.#queue[end]?.message.value.bytes.length ?? 0) + messageOverheadBytes;
      if (end > start && bytes + size > publishLimits.batchBytesMax) break;
      bytes += size;
      end++;
    }
    const all = start === 0 && end === this.#queue.length;
    const messages = all ? this.#queue : this.#queue.slice(start, end);
    if (end === this.#queue.length) {
      this.#queue = [];
      this.#queueFrom = 0;
    } else {
      this.#queueFrom = end;
    }
    return { messages, bytes };
  }

  #batchDone(messages: number, bytes: number, durableSequence: number): void {
    this.#batchesUnderWay--;
    this.#pendingMessages -= messages;
    if (this.#closed) return;
    this.#pendingBytes -= bytes;
    this.#engine.held.give(bytes);
    this.#durable = Math.max(this.#durable, durableSequence);
    if (this.#call.isPaused() && !this.#isFull()) this.#call.resume();
    this.#scheduleAck();
  }

  #isFull(): boolean {
    const { messagesPendingMax, bytesPendingMax, bytesPendingWhenScarceMax } = publishLimits;
    const bytesMax = this.#engine.held.isScarce ? bytesPendingWhenScarceMax : bytesPendingMax;
    return this.#pendingMessages >= messagesPendingMax || this.#pendingBytes >= bytesMax;
  }

  /** Batches that become durable in one epoch are acknowledged by one message. */
  #scheduleAck(): void {
    if (this.#ackScheduled || this.#ackBlocked || this.#closed) return;
    this.#ackScheduled = true;
    setImmediate(() => {
      this.#ackScheduled = false;
      this.#writeAck();
    });
  }

  #writeAck(): void {
    if (this.#closed || this.#ackBlocked) return;
    if (this.#durable > this.#acknowledged) {
      this.#acknowledged = this.#durable;
      this.#ackBlocked = !this.#call.write({ durableSequence: this.#durable });
    }
    this.#endIfDone();
  }

  #senderEnded(): void {
    this.#senderDone = true;
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (!this.#senderDone || this.#closed || this.#batchesUnderWay > 0 || this.#queueFrom < this.#queue.length) return;
    // An acknowledgement that waits for the next turn or for the socket must be written before the end.
    if (this.#ackScheduled || (this.#ackBlocked && this.#durable > this.#acknowledged)) return;
    this.#close();
    this.#call.end();
  }

  #refuse(error: unknown): void {
    if (this.#closed) return;
    this.#close();
    const refusal = grpcRefusal(error, "Publish");
    if (this.#acknowledged >= 0) refusal.metadata.set("durable-sequence", String(this.#durable));
    this.#call.emit("error", refusal);
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue = [];
    this.#queueFrom = 0;
    // What the engine has accepted is counted there.
    this.#engine.held.give(this.#pendingBytes);
    this.#pendingBytes = 0;
    this.#onClosed();
  }
}
