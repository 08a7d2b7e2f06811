/** What does not exist without an ability has an empty value, however the refusal comes: thrown at once, or by a promise. */
import { expect, test } from "vitest";
import { CapabilityMissing, capabilityTexts, ifAble, type Capabilities, type Capability } from "../src/index.ts";

const unable = { able: false, reason: "it has none", cure: "" } as const;
const names = Object.keys(capabilityTexts) as Capability[];
const capabilities = Object.fromEntries(names.map((name) => [name, unable])) as unknown as Capabilities;
const missing = (): never => {
  throw new CapabilityMissing({ name: "bare", capabilities }, "journal");
};

test("a refusal at once gives the other value", () => {
  expect(ifAble((): number => missing(), 7)).toBe(7);
  expect(ifAble(() => 3, 7)).toBe(3);
});

test("a refusal by a promise gives the other value too", async () => {
  expect(await ifAble(async (): Promise<number> => missing(), 7)).toBe(7);
  expect(await ifAble(async () => 3, 7)).toBe(3);
});

test("any other failure stays one", async () => {
  const broken = (): never => {
    throw new Error("broken");
  };
  expect(() => ifAble((): number => broken(), 7)).toThrow("broken");
  await expect(ifAble(async (): Promise<number> => broken(), 7)).rejects.toThrow("broken");
});
