/**
 * A caller who waits for the answer of a call that fails gets the reason in the words of the function.
 */
import { expect, test } from "vitest";
import { callParked } from "../../src/services/calls/call-parked.ts";

const address = { type: "shop/price", id: "jam" };
const failure = {
  code: "REJECTED",
  scope: "entity",
  message: "the function at http://127.0.0.1:9/ rejects the message",
  cure: "Read its reason; edit the message or discard it.",
  retryAfterMs: undefined,
} as const;

test("a parked call is reported with the first line of the function's own words", () => {
  const problem = callParked(address, { ...failure, raw: "quantity: expected number\n    at price (shop.js:3)\n" }, "/v1/calls/7");
  expect(problem.message).toBe(`shop/price/jam is parked: REJECTED, ${failure.message}: quantity: expected number`);
});

test("a function without words adds nothing", () => {
  const expected = `shop/price/jam is parked: REJECTED, ${failure.message}`;
  expect(callParked(address, { ...failure, raw: undefined }, "/v1/calls/7").message).toBe(expected);
  expect(callParked(address, { ...failure, raw: " \n" }, "/v1/calls/7").message).toBe(expected);
});
