import { describe, expect, it } from "vitest";
import { failureCause } from "../../src/flow/failure-cause.ts";
import { ownErrorOf } from "../../src/flow/own-error.ts";

const script = `TypeError: Cannot read properties of undefined (reading 'currency')
    at takePrice (/app/src/charge.ts:48:31)
    at async charge (file:///app/src/charge.ts:21:17)
    at dispatch (/app/node_modules/@signalbox/functions/dist/dispatch.js:1:1)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)`;
const python = `Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/statefun/request_reply.py", line 10, in invoke
  File "/app/shop.py", line 12, in charge
    price(message)
  File "/app/shop.py", line 30, in price
    raise ValueError("no price for 7")
ValueError: no price for 7`;
const java = `java.lang.IllegalStateException: no price for 7
\tat com.shop.Charge.price(Charge.java:48)
\tat org.apache.flink.statefun.sdk.java.Call.run(Call.java:9)
\tat java.base/java.lang.Thread.run(Thread.java:840)`;
const go = `panic: no price for 7

goroutine 7 [running]:
main.price(0x7)
\t/app/shop.go:48 +0x1d`;

describe("the function's own error", () => {
  it.each([
    ["JavaScript", script, "TypeError", ["charge.ts:48 takePrice", "charge.ts:21 charge"]],
    ["Python", python, "ValueError", ["shop.py:30 price", "shop.py:12 charge"]],
    ["Java", java, "IllegalStateException", ["Charge.java:48 Charge.price"]],
    ["Go", go, "panic", ["shop.go:48 main.price"]],
  ])("is read out of a stack of %s, without the frames of libraries", (_language, text, name, frames) => {
    const own = ownErrorOf(text);
    expect(own?.name).toBe(name);
    expect(own?.frames.map((frame) => `${frame.file}:${frame.line} ${frame.function}`)).toEqual(frames);
  });
  it.each(["", "quantity is not a number in {}", "<html><h1>502 Bad Gateway</h1></html>", '{"error": "x"}', "at noon (it was 12:00:00)"])(
    "is not guessed where there is no error: %j",
    (text) => expect(ownErrorOf(text)).toBeUndefined(),
  );
  it("is read in bounded time from the answer of a bad service", () => {
    const hostile = `${"Error: ".repeat(4_000)}\n${"    at a (".repeat(4_000)}`;
    expect(() => ownErrorOf(hostile)).not.toThrow();
  });
});

const at = { address: { type: "pay/payment", id: "o-48211" }, endpoint: "pay/*" };
const failure = (raw: string, more: object = {}) =>
  ({ code: "ENDPOINT_ERROR", scope: "suspect", message: "http://pay/ answered with status 500", cure: "look", raw, ...more }) as const;
const fingerprint = (raw: string, more: object = {}, where = at): string => failureCause(failure(raw, more), where).fingerprint;

describe("the fingerprint of a failure", () => {
  it("is of the error's type and top frame: another text and another line are the same cause", () => {
    const moved = script.replace("currency", "amount").replace("charge.ts:48:31", "charge.ts:52:9");
    expect(fingerprint(moved)).toBe(fingerprint(script));
    expect(failureCause(failure(script), at)).toMatchObject({
      title: "TypeError",
      frames: ["charge.ts:48 in takePrice", "charge.ts:21 in charge"],
    });
  });
  it("tells apart another type, another frame and another function type", () => {
    const others = [script.replace("TypeError", "RangeError"), script.replace("takePrice", "takeTax")].map((raw) => fingerprint(raw));
    const elsewhere = fingerprint(script, {}, { ...at, address: { type: "pay/refund", id: "o-1" } });
    expect(new Set([fingerprint(script), ...others, elsewhere]).size).toBe(4);
  });
  it("of an endpoint that is down is one for all types that it serves", () => {
    const down = { scope: "down", code: "ENDPOINT_REFUSED" };
    const refund = { ...at, address: { type: "pay/refund", id: "r" } };
    expect(fingerprint("", down)).toBe(fingerprint("", down, refund));
  });
  it("of a failure without an error of its own is of its text without numbers, ids and quotes", () => {
    expect(fingerprint('no price for "a", order 17 of o-48211')).toBe(fingerprint('no price for "b", order 99 of o-48211'));
    expect(fingerprint("no price")).not.toBe(fingerprint("no stock"));
  });
});
