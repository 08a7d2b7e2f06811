/**
 * The wire adapters: our encoder writes exactly the bytes of the generated code, and every form of a reply becomes effects or a named
 * refusal.
 */
import { inputId, type InvocationInput } from "@signalbox/runtime/model/invocation";
import { contextWithin, traceparentOf } from "@signalbox/runtime/model/message-headers";
import { FromFunction, ToFunction, toBits64 } from "@signalbox/proto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeFromFunction } from "../src/adapters/wire/wire-decode.ts";
import { encodeToFunction, leastEncodedBytes } from "../src/adapters/wire/wire-encode.ts";

interface Value {
  readonly typename: string;
  readonly bytes: Uint8Array;
}

const part = fc.string({ unit: "grapheme", minLength: 1, maxLength: 90 }).filter((text) => !text.includes("/") && text.isWellFormed());
const text = fc.string({ unit: "grapheme", maxLength: 90 }).filter((candidate) => candidate.isWellFormed());
const address = fc.record({ type: fc.tuple(part, part).map(([namespace, name]) => `${namespace}/${name}`), id: text });
const value = fc.record({ typename: text, bytes: fc.uint8Array({ maxLength: 300 }) });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const origin = maybe(fc.record({ sequence: fc.maxSafeNat(), atMs: fc.maxSafeNat() }));
const traceparent = maybe(fc.tuple(fc.bigInt({ min: 1n, max: 2n ** 128n - 1n }), fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }))).map(
  (ids) => ids && `00-${ids[0].toString(16).padStart(32, "0")}-${ids[1].toString(16).padStart(16, "0")}-01`,
);
const input = fc.tuple(fc.record({ caller: maybe(address), value }), origin, traceparent).map(([given, from, parent]) => {
  const headers = parent && JSON.stringify([["traceparent", parent]]);
  return { ...given, ...from, from, headers };
});
const request = fc.record({
  target: address,
  state: fc.array(fc.record({ name: text, value: maybe(value) }), { maxLength: 4 }),
  inputs: fc.array(input, { maxLength: 6 }),
});

const wireAddress = (from: { type: string; id: string }): object => {
  const [namespace, type] = from.type.split("/");
  return { namespace, type, id: from.id };
};
const wireValue = (from: Value): object => ({ typename: from.typename, hasValue: true, value: from.bytes });
const reply = (message: Parameters<typeof FromFunction.encode>[0]): Uint8Array => FromFunction.encode(message).finish();
const v = { typename: "n/v", hasValue: true, value: Buffer.from("x") };
const to = { namespace: "n", type: "t", id: "i" };

function handedOn(input: InvocationInput): string {
  const context = contextWithin(input.headers, inputId(input));
  return context === undefined ? "" : traceparentOf(context);
}

describe("encodeToFunction", () => {
  test("writes the bytes of the generated encoder for any request", () => {
    fc.assert(
      fc.property(request, (sample) => {
        const generated = ToFunction.encode(
          ToFunction.fromObject({
            invocation: {
              target: wireAddress(sample.target),
              state: sample.state.map((entry) => ({
                stateName: entry.name,
                ...(entry.value ? { stateValue: wireValue(entry.value) } : {}),
              })),
              invocations: sample.inputs.map((input) => ({
                ...(input.caller ? { caller: wireAddress(input.caller) } : {}),
                argument: wireValue(input.value),
                ...(input.from ? { messageId: toBits64(BigInt(input.from.sequence)), atMs: toBits64(BigInt(input.from.atMs)) } : {}),
                ...(input.headers ? { traceparent: handedOn(input) } : {}),
              })),
            },
          }),
        ).finish();
        expect(encodeToFunction(sample).toString("hex")).toBe(Buffer.from(generated).toString("hex"));
      }),
      { numRuns: 500 },
    );
  });

  test("grows for large batches and is right again for small ones", () => {
    const big = {
      target: { type: "n/t", id: "i" },
      state: [],
      inputs: Array.from({ length: 500 }, () => ({ caller: undefined, value: { typename: "n/v", bytes: new Uint8Array(5000) } })),
    };
    const decoded = ToFunction.decode(encodeToFunction(big));
    expect(decoded.invocation?.invocations).toHaveLength(500);
    expect(leastEncodedBytes(big)).toBe(2_500_000);
    expect(ToFunction.decode(encodeToFunction({ target: { type: "n/t", id: "é" }, state: [], inputs: [] })).invocation?.target?.id).toBe(
      "é",
    );
  });
});

describe("decodeFromFunction", () => {
  test("no bytes, no response and an empty result all mean no effects", () => {
    const nothing = { kind: "ok", reply: { kind: "completed", effects: { mutations: [], messages: [], delayed: [], egress: [] } } };
    expect(decodeFromFunction(new Uint8Array(0))).toEqual(nothing);
    expect(decodeFromFunction(reply({}))).toEqual(nothing);
    expect(decodeFromFunction(reply({ invocationResult: {} }))).toEqual(nothing);
  });

  test("keeps the causes that the function names, whether sound or not: the batch is known elsewhere", () => {
    const outputOrigins = { outgoingMessages: [2, 0], outgoingEgresses: [9] };
    expect(decodeFromFunction(reply({ invocationResult: { outputOrigins } }))).toMatchObject({
      reply: { effects: { causes: { messages: [2, 0], delayed: [], egress: [9] } } },
    });
  });

  test("keeps the version of its code that answered, and of a text that is too long its beginning", () => {
    const versionOf = (codeVersion: string): unknown => {
      const decoded = decodeFromFunction(reply({ invocationResult: { codeVersion } }));
      return decoded.kind === "ok" && decoded.reply.kind === "completed" ? decoded.reply.effects.codeVersion : decoded;
    };
    expect(versionOf("4f2a91c")).toBe("4f2a91c");
    expect(versionOf("x".repeat(10_000))).toBe("x".repeat(64));
    expect(versionOf("")).toBeUndefined();
  });

  test("keeps every effect and its order", () => {
    const decoded = decodeFromFunction(
      reply({
        invocationResult: {
          stateMutations: [{ stateName: "gone" }, { mutationType: 1, stateName: "kept", stateValue: { typename: "n/v", hasValue: true } }],
          outgoingMessages: [{ target: to, argument: v }],
          delayedInvocations: [
            { delayInMs: toBits64(5n) as never, target: to, argument: v, cancellationToken: "c" },
            { isCancellationRequest: true, cancellationToken: "c" },
          ],
          outgoingEgresses: [{ egressNamespace: "n", egressType: "e", argument: v }],
        },
      }),
    );
    const bytes = expect.objectContaining({ typename: "n/v" });
    expect(decoded).toEqual({
      kind: "ok",
      reply: {
        kind: "completed",
        effects: {
          mutations: [
            { kind: "delete", name: "gone" },
            { kind: "modify", name: "kept", value: { typename: "n/v", bytes: new Uint8Array(0) } },
          ],
          messages: [{ target: { type: "n/t", id: "i" }, value: bytes }],
          delayed: [
            { kind: "send-after", delayMs: 5, target: { type: "n/t", id: "i" }, value: bytes, cancellationToken: "c" },
            { kind: "cancel", cancellationToken: "c" },
          ],
          egress: [{ egress: "n/e", value: bytes }],
        },
      },
    });
  });

  test("an absent value stays absent from the reply to the request, and so does a message without an argument", () => {
    const decoded = decodeFromFunction(
      reply({
        invocationResult: {
          outgoingMessages: [{ target: to, argument: { typename: "n/v", hasValue: false } }, { target: to }],
          outgoingEgresses: [{ egressNamespace: "n", egressType: "e" }],
        },
      }),
    );
    const absent = (typename: string) => ({ typename, bytes: new Uint8Array(0), hasValue: false });
    if (decoded.kind !== "ok" || decoded.reply.kind !== "completed") throw new Error("expected effects");
    const { messages, egress } = decoded.reply.effects;
    expect(messages.map(({ value }) => value)).toEqual([absent("n/v"), absent("")]);
    expect(egress).toEqual([{ egress: "n/e", value: absent("") }]);
    const inputs = messages.map(({ value }) => ({ caller: undefined, value }));
    const sent = ToFunction.decode(encodeToFunction({ target: { type: "n/t", id: "i" }, state: [], inputs })).invocation?.invocations;
    expect(sent?.map(({ argument }) => [argument?.typename, argument?.hasValue, argument?.value?.length])).toEqual([
      ["n/v", false, 0],
      ["", false, 0],
    ]);
  });

  test.each([0n, -1n])("an expiration of %s ms is refused: the value could never be read", (after) => {
    const expirationSpec = { mode: 1, expireAfterMillis: toBits64(after) as never };
    expect(
      decodeFromFunction(
        reply({ incompleteInvocationContext: { missingValues: [{ stateName: "seen", typeTypename: "n/v", expirationSpec }] } }),
      ),
    ).toMatchObject({ kind: "error", code: "REPLY_MALFORMED", reason: expect.stringContaining(`state seen expires after ${after} ms`) });
  });

  test.each([
    [-7n, -7],
    [2n ** 62n, Number.MAX_SAFE_INTEGER],
    [-(2n ** 63n), Number.MIN_SAFE_INTEGER],
  ])("a delay of %s ms is %s", (delay, expected) => {
    const decoded = decodeFromFunction(
      reply({ invocationResult: { delayedInvocations: [{ delayInMs: toBits64(delay) as never, target: to, argument: v }] } }),
    );
    expect(decoded).toMatchObject({ reply: { effects: { delayed: [{ delayMs: expected }] } } });
  });

  test("an incomplete reply names states, types and expirations", () => {
    const decoded = decodeFromFunction(
      reply({
        incompleteInvocationContext: {
          missingValues: [
            { stateName: "a", typeTypename: "io.statefun.types/int" },
            { stateName: "b", expirationSpec: { mode: 1, expireAfterMillis: toBits64(1000n) as never }, typeTypename: "n/v" },
            { stateName: "c", expirationSpec: { mode: 2, expireAfterMillis: toBits64(9n) as never } },
          ],
        },
      }),
    );
    expect(decoded).toEqual({
      kind: "ok",
      reply: {
        kind: "incomplete",
        missing: [
          { name: "a", typename: "io.statefun.types/int", expiration: { mode: "none", afterMs: 0 } },
          { name: "b", typename: "n/v", expiration: { mode: "after-write", afterMs: 1000 } },
          { name: "c", typename: "io.statefun.types/unset", expiration: { mode: "after-invoke", afterMs: 9 } },
        ],
      },
    });
  });

  test.each([
    ["a message without target", { outgoingMessages: [{ argument: v }] }, "REPLY_MALFORMED", "outgoing_messages[0] has no target"],
    [
      "a delayed message without target",
      { delayedInvocations: [{ argument: v }] },
      "REPLY_MALFORMED",
      "delayed_invocations[0] has no target",
    ],
    [
      "a typename that begins with NUL",
      { outgoingMessages: [{ target: to, argument: { typename: "\u0000n/v" } }] },
      "REPLY_MALFORMED",
      "outgoing_messages[0] has a typename that begins with NUL",
    ],
    [
      "a modification without value",
      { stateMutations: [{ mutationType: 1, stateName: "s" }] },
      "REPLY_MALFORMED",
      "state_mutations[0] (s) has no value",
    ],
    ["an unknown mutation", { stateMutations: [{ mutationType: 7, stateName: "s" }] }, "REPLY_MALFORMED", "unknown mutation type 7"],
    ["a target without name", { outgoingMessages: [{ target: { namespace: "n" }, argument: v }] }, "INVALID_ADDRESS", '"n/"'],
  ])("%s is refused by name", (_name, invocationResult, code, reason) => {
    expect(decodeFromFunction(reply({ invocationResult: invocationResult as never }))).toMatchObject({
      kind: "error",
      code,
      reason: expect.stringContaining(reason),
    });
  });

  test("bytes that are not protobuf are refused, whatever they are", () => {
    expect(decodeFromFunction(Buffer.from("<html>"))).toMatchObject({ kind: "error", code: "REPLY_MALFORMED" });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(["ok", "error"]).toContain(decodeFromFunction(bytes).kind);
      }),
    );
  });

  test("a small value does not keep a large reply in memory", () => {
    const large = reply({
      invocationResult: {
        outgoingMessages: [
          { target: to, argument: { ...v, value: new Uint8Array(100_000) } },
          { target: to, argument: v },
        ],
      },
    });
    const decoded = decodeFromFunction(Buffer.from(large));
    if (decoded.kind !== "ok" || decoded.reply.kind !== "completed") throw new Error("expected effects");
    expect(decoded.reply.effects.messages[1]?.value.bytes.buffer.byteLength).toBe(1);
  });
});
