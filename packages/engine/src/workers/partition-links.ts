/**
 * PartitionLinks: the links from this partition's thread to the others, one port each, in both directions: deliveries go out and come in,
 * and the receiver reports what is durable. While the links are held, deliveries that come in wait, so that snapshots of all partitions fit
 * together (partition.ts).
 */
import type { MessagePort } from "node:worker_threads";
import type { BytesReader } from "../core/store/bytes-writer.ts";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import { NumberMap } from "../model/collections/number-map.ts";
import type { OutboxDelivery } from "../model/outbox-entry.ts";
import { FramePort } from "./frame-port.ts";
import { part, readError, writeError } from "./frame.ts";
import { readDelivery, writeDelivery } from "./payloads.ts";

interface Waiting {
  readonly resolve: (through: number) => void;
  readonly reject: (error: Error) => void;
}

interface Arrived {
  readonly port: FramePort;
  readonly call: number;
  readonly delivery: OutboxDelivery;
}

export class PartitionLinks {
  private readonly ports: readonly (FramePort | undefined)[];
  private readonly waiting = new NumberMap<Waiting>();
  private nextCall = 1;
  private receive: ((delivery: OutboxDelivery) => Promise<number>) | undefined;
  /** Deliveries that wait while held. The senders bound them, because only so many may be under way (core/cross-partition/outbox.ts). */
  private held: Arrived[] = [];
  private holding = true;

  constructor(ports: readonly (MessagePort | undefined)[]) {
    this.ports = ports.map((channel) => {
      if (channel === undefined) return undefined;
      const port: FramePort = new FramePort(channel, (reader) => this.hear(port, reader));
      return port;
    });
  }

  /** From this call on deliveries are taken in. */
  open(receive: (delivery: OutboxDelivery) => Promise<number>): void {
    this.receive = receive;
    this.release();
  }

  forward(delivery: OutboxDelivery): Promise<number> {
    const port = this.ports[delivery.to];
    if (port === undefined)
      return Promise.reject(new EngineError("ENGINE_STOPPED", `there is no partition ${delivery.to}`, "Start again."));
    return new Promise((resolve, reject) => {
      const call = this.nextCall++;
      this.waiting.set(call, { resolve, reject });
      port.write((writer) => {
        writer.byte(part.call);
        writer.number(call);
        writeDelivery(writer, delivery);
      });
    });
  }

  hold(): void {
    this.holding = true;
  }

  release(): void {
    if (this.receive === undefined) return;
    this.holding = false;
    for (const arrived of this.held.splice(0)) this.take(arrived);
  }

  private hear(port: FramePort, reader: BytesReader): void {
    const kind = reader.byte();
    const call = reader.number();
    if (kind === part.call) {
      const arrived = { port, call, delivery: readDelivery(reader) };
      if (this.holding) this.held.push(arrived);
      else this.take(arrived);
      return;
    }
    const waiting = this.waiting.get(call);
    this.waiting.delete(call);
    if (kind === part.answer) waiting?.resolve(reader.number());
    else waiting?.reject(readError(reader));
  }

  private take({ port, call, delivery }: Arrived): void {
    const receive = this.receive ?? (() => Promise.reject(new Error("not open")));
    receive(delivery).then(
      (through) =>
        port.write((writer) => {
          writer.byte(part.answer);
          writer.number(call);
          writer.number(through);
        }),
      (error: unknown) =>
        port.write((writer) => {
          writer.byte(part.refusal);
          writer.number(call);
          writeError(writer, error);
        }),
    );
  }
}
