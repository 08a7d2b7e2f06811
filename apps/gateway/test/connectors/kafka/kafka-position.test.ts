/**
 * The text of a position: what was written can be read again, and no other text is taken for a position.
 */
import { describe, expect, it } from "vitest";
import { formatPosition, parsePosition, partOf } from "../../../src/connectors/kafka/kafka-position.ts";

const position = { topicId: "u-1", next: 9_223_372_036_854_775_807n };

describe("a Kafka position", () => {
  it("survives its text form", () => {
    expect(parsePosition(formatPosition(position))).toEqual({ kind: "position", position });
  });

  it("belongs to a part that names topic and partition", () => {
    expect(partOf({ topic: "orders", partition: 7 })).toBe("orders/7");
  });

  it.each([
    "",
    "{",
    "[]",
    '{"kafka":2,"topicId":"u","next":"1"}',
    '{"kafka":1,"topicId":"u","next":1}',
    '{"kafka":1,"topicId":"u","next":"-1"}',
    '{"kafka":1,"topicId":"u","next":"1","more":true}',
  ])("is not read from %j", (text) => {
    expect(parsePosition(text)).toMatchObject({ kind: "unreadable" });
  });
});
