/**
 * A failure of what counts beside the traffic cannot end the traffic.
 */
import { expect, test } from "vitest";
import { heardByAll } from "../../src/flow/heard-by-all.ts";

test("a listener that throws keeps no other from hearing, and its first failure is logged", () => {
  const heard: number[] = [];
  const failures: unknown[] = [];
  const broken = (): void => {
    throw new Error("no /proc");
  };
  const hear = heardByAll<number>([broken, (digest) => heard.push(digest)], (error) => failures.push(error));
  hear(1);
  hear(2);
  expect(heard).toEqual([1, 2]);
  expect(failures).toEqual([new Error("no /proc")]);
});
