/** Jars of files: the same files give the same bytes, and the job's jar holds the listed files of ours. */
import { expect, test } from "vitest";
import { filesOfJar, jarOf } from "../src/deploy/jar.ts";

test("the same files make the same bytes, in whatever order they are given", () => {
  const [a, b] = [Buffer.from("a"), Buffer.from("b")];
  expect(jarOf({ "x/a": a, "x/b": b })).toEqual(jarOf({ "x/b": b, "x/a": a }));
  expect(Object.keys(filesOfJar(jarOf({ "x/b": b, "x/a": a })))).toEqual(["x/a", "x/b"]);
});
