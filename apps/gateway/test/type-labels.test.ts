/**
 * Metrics label a bounded number of function types; what the others counted is summed and never lost.
 */
import { expect, test } from "vitest";
import { otherTypes, TypeLabels, typeLabelsMax } from "../src/metrics/type-labels.ts";

test("types beyond the bound are one, whose values are the sum of theirs", () => {
  const labels = new TypeLabels();
  const values = Array.from({ length: typeLabelsMax + 50 }, (_, number) => [`ns/t${number}`, 2] as const);
  const samples = labels.samples(values);
  expect(samples).toHaveLength(typeLabelsMax + 1);
  expect(samples[0]).toEqual([{ namespace: "ns", name: "t0" }, 2]);
  expect(samples.at(-1)).toEqual([otherTypes, 100]);
});

test("a type keeps its labels whatever type comes later, so that its counters never go back", () => {
  const labels = new TypeLabels();
  labels.samples([["ns/first", 1]]);
  const crowd = Array.from({ length: typeLabelsMax * 2 }, (_, number) => [`ns/t${number}`, 1] as const);
  labels.samples(crowd);
  expect(labels.of("ns/first")).toEqual({ namespace: "ns", name: "first" });
  expect(labels.of(`ns/t${typeLabelsMax * 2 - 1}`)).toBeUndefined();
});
