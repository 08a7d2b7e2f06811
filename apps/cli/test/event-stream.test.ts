import { describe, expect, it } from "vitest";
import { createParser } from "../src/output/event-stream.ts";

const stream = "data: 1\n\nevent: answer\ndata: 2\n\nevent: other\ndata: 3\n\n: still here\n\ndata: 4\ndata: 5\n\n";

describe("events of a stream", () => {
  it("are the same in whatever pieces they come, without those of other names", () => {
    for (let size = 1; size <= stream.length; size++) {
      const found: string[] = [];
      const parse = createParser((data) => found.push(data), ["message", "answer"]);
      for (let at = 0; at < stream.length; at += size) parse(stream.slice(at, at + size));
      expect(found).toEqual(["1", "2", "4\n5"]);
    }
  });
  it("may be large and come in small pieces", () => {
    const found: number[] = [];
    const parse = createParser((data) => found.push(data.length));
    parse("data: ");
    const piece = "x".repeat(64);
    for (let count = 0; count < 200_000; count++) parse(piece);
    parse("\n\n");
    expect(found).toEqual([64 * 200_000]);
    expect(() => parse("x".repeat(17 * 1024 * 1024))).toThrow("too long");
  });
});
