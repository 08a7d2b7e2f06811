/**
 * StreamStorm: a producer on the gRPC Publish stream that does not slow down. Refused with RESOURCE_EXHAUSTED it comes back sooner than
 * asked and goes on after the sequence that the gateway names; what was accepted is everything up to the last sequence it names.
 */
import { setTimeout as delay } from "node:timers/promises";
import { status, type Client, type ServiceError } from "@grpc/grpc-js";
import { type PublishAck, toSafeNumber } from "@signalbox/proto";
import { numberValue, valueType } from "../functions/slow-adder-values.ts";
import { idOf, type Ledger } from "./ledger.ts";
import { connect, openStream, type PublishedMessage } from "./publish.ts";
import { entityAt, Pace, type Storm, type StormOptions } from "./storm.ts";

const inFlightMax = 20_000;
const comeBackMs = 100;

export class StreamStorm implements Storm {
  readonly name = "gRPC";
  readonly producer: string;
  sent = 0;
  accepted = 0;
  refused = 0;
  #ledger: Ledger | undefined;
  #entities = 1;

  constructor(producer: string) {
    this.producer = producer;
  }

  async run(address: string, ledger: Ledger, options: StormOptions): Promise<void> {
    const client = connect(address);
    const pace = new Pace(options);
    this.#ledger = ledger;
    this.#entities = options.entities;
    try {
      while (!pace.over) {
        const refusedBehind = await this.#stream(client, pace);
        if (refusedBehind === undefined) continue;
        await delay(comeBackMs);
        await this.#askPosition(client);
        this.refused += Math.max(0, refusedBehind - this.accepted);
      }
      await this.#askPosition(client);
    } finally {
      client.close();
    }
  }

  /** Sends on one stream until the storm is over (undefined) or the gateway refuses (the last sequence that was sent). */
  #stream(client: Client, pace: Pace): Promise<number | undefined> {
    return new Promise((done, failed) => {
      const stream = openStream(client);
      let last = this.accepted;
      const timer = setInterval(() => {
        let room = Math.min(pace.due(), inFlightMax - (last - this.accepted));
        if (pace.over) {
          clearInterval(timer);
          stream.end();
          return;
        }
        const messages: PublishedMessage[] = [];
        for (; room > 0; room--) messages.push(this.#message(++last, ledgerType(this.#ledger)));
        this.sent += messages.length;
        if (messages.length > 0) stream.write({ producer: this.producer, messages });
      }, 5);
      stream.on("data", (ack: PublishAck) => this.#durable(toSafeNumber(ack.durableSequence)));
      stream.once("end", () => done(undefined));
      stream.once("error", (error: ServiceError) => {
        clearInterval(timer);
        if (error.code === status.RESOURCE_EXHAUSTED && Number(error.metadata.get("retry-after-ms")[0]) > 0) done(last);
        else failed(error);
      });
    });
  }

  #message(sequence: number, type: string): PublishedMessage {
    return { sequence, type, id: idOf(entityAt(sequence, this.#entities)), valueType, value: numberValue(sequence) };
  }

  #durable(sequence: number): void {
    while (this.accepted < sequence) {
      this.accepted++;
      this.#ledger?.add(entityAt(this.accepted, this.#entities), this.accepted);
    }
  }

  /** Asks, with an empty first frame, how far the gateway got. */
  #askPosition(client: Client): Promise<void> {
    return new Promise((done, failed) => {
      const stream = openStream(client);
      stream.on("data", (ack: PublishAck) => this.#durable(toSafeNumber(ack.durableSequence)));
      stream.once("end", () => done());
      stream.once("error", failed);
      stream.write({ producer: this.producer, messages: [] });
      stream.end();
    });
  }
}

function ledgerType(ledger: Ledger | undefined): string {
  if (ledger === undefined) throw new Error("the storm has no ledger yet");
  return ledger.type;
}
