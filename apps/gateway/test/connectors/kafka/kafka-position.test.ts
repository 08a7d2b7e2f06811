/** The text of a position: what was written is read again, and nothing else passes for one. */
import { describe, expect, it } from "vitest";
import { advanced, formatPosition, nextOffset, parsePosition, type KafkaPosition } from "../../../src/connectors/kafka/kafka-position.ts";

const position: KafkaPosition = new Map([
  [
    "orders",
    {
      id: "u-1",
      next: new Map([
        [10, 9_223_372_036_854_775_807n],
        [0, 5n],
      ]),
    },
  ],
  ["empty", { id: "u-2", next: new Map() }],
]);

describe("a Kafka position", () => {
  it("is the same after its text", () => {
    expect(parsePosition(formatPosition(position))).toEqual({ kind: "position", position });
  });

  it("has one text, whatever the order in which partitions came", () => {
    const other = new Map(position).set("orders", { id: "u-1", next: new Map([...(position.get("orders")?.next ?? [])].reverse()) });
    expect(formatPosition(other)).toBe(formatPosition(position));
  });

  it.each([
    "",
    "{",
    "[]",
    '{"kafka":2,"topics":{}}',
    '{"kafka":1,"topics":{"a":{"id":"x","next":{"0":-1}}}}',
    '{"kafka":1,"topics":{"a":{"id":"x","next":{"0":"-1"}}}}',
  ])("is not read from %j", (text) => {
    expect(parsePosition(text)).toMatchObject({ kind: "unreadable" });
  });

  it("moves on in one partition and leaves the one before as it was", () => {
    const moved = advanced(position, [{ topic: "orders", topicId: "u-1", partition: 0, next: 6n }]);
    expect([nextOffset(moved, "orders", 0), nextOffset(moved, "orders", 10)]).toEqual([6n, 9_223_372_036_854_775_807n]);
    expect(nextOffset(position, "orders", 0)).toBe(5n);
  });

  it("forgets the offsets of a topic that was made again", () => {
    const moved = advanced(position, [{ topic: "orders", topicId: "u-9", partition: 3, next: 1n }]);
    expect(moved.get("orders")).toEqual({ id: "u-9", next: new Map([[3, 1n]]) });
  });
});
