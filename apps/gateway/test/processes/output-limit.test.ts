/**
 * Only a bounded part of a flood of output is looked at, and always its end.
 */
import { expect, test } from "vitest";
import { OutputLimit } from "../../src/processes/output-limit.ts";

function limited() {
  const clock = { ms: 0 };
  const said: string[] = [];
  let taken = 0;
  const limit = new OutputLimit({
    take: (chunk) => {
      taken += chunk.length;
      said.push(chunk.toString("latin1").slice(-4));
    },
    leftOut: (bytes) => void said.push(`${bytes} left out`),
    nowMs: () => clock.ms,
  });
  return { limit, clock, said, taken: () => taken };
}

const flood = (bytes: number): Buffer => Buffer.alloc(bytes, "y");

test("slow output passes unchanged", () => {
  const { limit, clock, said } = limited();
  for (const text of ["one ", "two ", "end "]) {
    limit.add(Buffer.from(text));
    clock.ms += 250;
  }
  expect(said).toEqual(["one ", "two ", "end "]);
});

test("a gigabyte at once costs two windows of it: the first bytes, the last ones, and the number of those between", () => {
  const { limit, said, taken } = limited();
  limit.add(Buffer.from("head"));
  const chunk = flood(64 * 1024);
  for (let count = 0; count < 16 * 1024; count++) limit.add(chunk);
  limit.add(Buffer.from("why "));
  limit.end();
  expect(said[0]).toBe("head");
  expect(said.at(-1)).toBe("why ");
  expect(said.filter((text) => text.endsWith("left out"))).toEqual([`${1024 ** 3 - 64 * 1024 + 4} left out`]);
  expect(taken()).toBeLessThanOrEqual(2 * 64 * 1024);
});

test("waiting output is given when the next window begins, before newer output", () => {
  const { limit, clock, said } = limited();
  limit.add(flood(64 * 1024));
  limit.add(Buffer.from("late"));
  clock.ms = 250;
  limit.add(Buffer.from("new "));
  limit.end();
  expect(said).toEqual(["yyyy", "late", "new "]);
});
