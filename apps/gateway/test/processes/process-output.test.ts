/** What is kept of the output of co-located processes: whole lines, the last ones, within bounds. */
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { expect, test } from "vitest";
import { outputBytesMax, outputLineCharactersMax, outputLinesMax, ProcessOutput } from "../../src/processes/process-output.ts";

async function written(...chunks: (string | Buffer)[]): Promise<ProcessOutput> {
  const output = new ProcessOutput(() => 7);
  const stream = new PassThrough();
  output.read(stream, { instance: 1, stream: "out" });
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await finished(stream);
  await new Promise((resolve) => (stream.closed ? resolve(undefined) : stream.once("close", resolve)));
  return output;
}

test("lines are whole in whatever pieces they come, also the last one and letters of several bytes", async () => {
  const umlaut = Buffer.from("grün\n");
  const output = await written("one\ntw", "o\r\n", umlaut.subarray(0, 3), umlaut.subarray(3), "last");
  expect(output.after(0).map(({ text }) => text)).toEqual(["one", "two", "grün", "last"]);
  expect(output.after(2).map(({ sequence }) => sequence)).toEqual([3, 4]);
});

test("the last lines are kept, up to their limit", async () => {
  const lines = Array.from({ length: outputLinesMax + 500 }, (_, index) => `line ${index}`);
  const output = await written(`${lines.join("\n")}\n`);
  expect(output.after(0).map(({ text }) => text)).toEqual(lines.slice(-outputLinesMax));
});

test("a program that never breaks a line takes no more memory than one that does", async () => {
  const output = await written(...Array.from({ length: 50 }, () => "x".repeat(64 * 1024)));
  const kept = output.after(0);
  expect(Math.max(...kept.map(({ text }) => text.length))).toBe(outputLineCharactersMax);
  expect(kept.reduce((sum, { text }) => sum + text.length * 2, 0)).toBeLessThanOrEqual(outputBytesMax);
  expect(kept.length).toBeGreaterThan(0);
});

test("of a flood the first and the last lines are kept, with the size of the part between", async () => {
  const chunk = Buffer.from("y\n".repeat(32 * 1024));
  const output = await written("first\n", ...Array.from({ length: 200 }, () => chunk), "the reason why it ends\n");
  const kept = output.after(0);
  expect(kept.at(-1)).toMatchObject({ text: "the reason why it ends", stream: "out" });
  expect(kept.length).toBeLessThanOrEqual(outputLinesMax);
});
