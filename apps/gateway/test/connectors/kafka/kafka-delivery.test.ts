/** Rows of the outbox against a writer that behaves as a broker does: rejected rows, lost answers, a marker that is ahead. */
import { KafkaProducerRecord } from "@signalbox/proto";
import { describe, expect, it } from "vitest";
import { KafkaDelivery, type KafkaWriter } from "../../../src/connectors/kafka/kafka-delivery.ts";
import { KafkaError } from "../../../src/connectors/kafka/kafka-error.ts";
import { outgoingRow, producerRecordTypename } from "../../../src/connectors/kafka/kafka-outgoing.ts";
import type { OutgoingRow } from "../../../src/connectors/kafka/kafka-sender.ts";

type Trouble = (rows: readonly OutgoingRow[]) => "fine" | "answer lost" | "given up" | "too large";

/** A stand-in for a transactional writer: records and marker are written together. `trouble` says what happens to a write. */
class StandIn implements KafkaWriter {
  readonly log: number[] = [];
  marker: number;
  begun = 0;
  readonly #trouble: Trouble;

  constructor(trouble: Trouble = () => "fine", marker = 0) {
    this.#trouble = trouble;
    this.marker = marker;
  }

  begin(): Promise<number> {
    this.begun++;
    return Promise.resolve(this.marker);
  }

  write(rows: readonly OutgoingRow[]): Promise<void> {
    const trouble = this.#trouble(rows);
    if (trouble === "too large") return Promise.reject(new KafkaError({ code: "MESSAGE_TOO_LARGE", where: "b:1" }));
    if (trouble === "given up") return Promise.reject(new KafkaError({ code: "CONNECTION_CLOSED", where: "b:1" }));
    this.log.push(...rows.map(({ sequence }) => sequence));
    this.marker = rows.at(-1)?.sequence ?? this.marker;
    return trouble === "fine" ? Promise.resolve() : Promise.reject(new KafkaError({ code: "REQUEST_TIMED_OUT", where: "b:1" }));
  }
}

function rows(from: number, through: number): OutgoingRow[] {
  return Array.from({ length: through - from + 1 }, (_, index) => ({
    sequence: from + index,
    topic: "t",
    key: undefined,
    value: new Uint8Array(),
    headers: [],
  }));
}

describe("delivery to Kafka", () => {
  it("begins once and writes all rows in order", async () => {
    const writer = new StandIn();
    const delivery = new KafkaDelivery(writer);
    expect(await delivery.deliver(rows(1, 3))).toBeUndefined();
    await delivery.deliver(rows(4, 6));
    expect([writer.log, writer.begun]).toEqual([[1, 2, 3, 4, 5, 6], 1]);
  });

  it("leaves out the rows that the marker says are there already", async () => {
    const writer = new StandIn(() => "fine", 4);
    await new KafkaDelivery(writer).deliver(rows(1, 6));
    expect(writer.log).toEqual([5, 6]);
  });

  it("asks the marker after an error and doubles nothing when only the answer was lost", async () => {
    let lost = false;
    const writer = new StandIn(() => {
      if (lost) return "fine";
      lost = true;
      return "answer lost";
    });
    const delivery = new KafkaDelivery(writer);
    await expect(delivery.deliver(rows(1, 3))).rejects.toMatchObject({ code: "REQUEST_TIMED_OUT" });
    await delivery.deliver(rows(1, 5));
    expect([writer.log, writer.begun]).toEqual([[1, 2, 3, 4, 5], 2]);
  });

  it("writes the rows of an aborted transaction again", async () => {
    let tries = 0;
    const writer = new StandIn(() => (tries++ === 0 ? "given up" : "fine"));
    const delivery = new KafkaDelivery(writer);
    await expect(delivery.deliver(rows(1, 2))).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
    await delivery.deliver(rows(1, 2));
    expect(writer.log).toEqual([1, 2]);
  });

  it("finds the row that no broker takes, with all rows before it delivered and none after it", async () => {
    const writer = new StandIn((list) => (list.some(({ sequence }) => sequence === 3 || sequence === 8) ? "too large" : "fine"));
    const delivery = new KafkaDelivery(writer);
    expect(await delivery.deliver(rows(1, 10))).toMatchObject({ sequence: 3, failure: { code: "MESSAGE_TOO_LARGE" } });
    expect(writer.log).toEqual([1, 2]);
    expect(await delivery.deliver(rows(4, 10))).toMatchObject({ sequence: 8 });
    expect(await delivery.deliver(rows(9, 10))).toBeUndefined();
    expect(writer.log).toEqual([1, 2, 4, 5, 6, 7, 9, 10]);
  });
});

describe("a record for Kafka", () => {
  const record = (topic: string, key: string): Uint8Array =>
    KafkaProducerRecord.encode({ topic, key, valueBytes: Buffer.from("v") }).finish();

  it("has topic, key and value; an empty key counts as absent", () => {
    const made = (key: string) => outgoingRow({ sequence: 4, value: { typename: producerRecordTypename, bytes: record("t", key) } });
    expect(made("k")).toMatchObject({ kind: "row", row: { sequence: 4, topic: "t", key: Buffer.from("k") } });
    expect(made("")).toMatchObject({ kind: "row", row: { key: undefined } });
  });

  it.each([
    ["another type", { typename: "io.statefun.types/string", bytes: new Uint8Array() }, "not io.statefun.types/string"],
    ["broken bytes", { typename: producerRecordTypename, bytes: Uint8Array.of(0xff, 0xff) }, "no KafkaProducerRecord"],
    [
      "a topic that is far too long",
      { typename: producerRecordTypename, bytes: record("x".repeat(40_000), "k") },
      "its topic has 40000 characters",
    ],
    ["a topic that is none", { typename: producerRecordTypename, bytes: record("a\nb", "k") }, '"a\\nb" is no name of a topic'],
    ["a topic that is a folder", { typename: producerRecordTypename, bytes: record("..", "k") }, '".." is no name of a topic'],
    ["no topic", { typename: producerRecordTypename, bytes: record("", "k") }, "names no topic"],
  ])("is refused with %s", (_what, value, reason) => {
    expect(outgoingRow({ sequence: 1, value })).toMatchObject({ kind: "invalid", reason: expect.stringContaining(reason) });
  });
});
