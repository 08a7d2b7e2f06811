import { describe, expect, it } from "vitest";
import { EventTexts } from "../src/event-texts.ts";

const stream = "event: answer\ndata: 1\n\nevent: done\ndata: {}\n\n: still\n";

describe("the texts of events", () => {
  it("are the same in whatever pieces they come", () => {
    for (let size = 1; size <= stream.length; size++) {
      const texts = new EventTexts(100);
      const found: string[] = [];
      for (let at = 0; at < stream.length; at += size) found.push(...texts.take(stream.slice(at, at + size)));
      expect(found).toEqual(["event: answer\ndata: 1", "event: done\ndata: {}"]);
    }
  });
  it("come as soon as their end has", () => {
    expect(new EventTexts(100).take("data: 1\n\n")).toEqual(["data: 1"]);
  });
  it("are refused where one is too long, while many short ones never add up to too long", () => {
    const texts = new EventTexts(20);
    for (let count = 0; count < 10; count++) expect(texts.take("data: 123456789\n\n")).toHaveLength(1);
    expect(() => texts.take("data: 1234567890123456")).toThrow("longer than 20 characters");
  });
  it("of many megabytes in small pieces are put together once", () => {
    const texts = new EventTexts(32 * 1024 * 1024);
    const piece = "x".repeat(64);
    // Joining everything again for each piece would be terabytes.
    for (let count = 0; count < 400_000; count++) texts.take(piece);
    expect(texts.take("\n\n")[0]?.length).toBe(64 * 400_000);
  });
});
