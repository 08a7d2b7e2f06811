/** Egresses that say what they take, and the bodies of the HTTP egress, as they stand on the wire. */
import { FromFunction, StringWrapper } from "@signalbox/proto";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { createDispatcher, egress, entity, httpRecord, json, types, ValueError, type Egress } from "../src/index.ts";
import { requestBytes, text } from "./wire.ts";

const Receipt = z.object({ order: z.string(), cents: z.number().int() });

interface Sent {
  readonly to: string;
  readonly typename: string;
  readonly bytes: Uint8Array;
}

async function sentBy(send: Parameters<typeof entity>[1]["on"][string]): Promise<readonly Sent[]> {
  const shop = entity("shop/cart", { messages: { go: types.string }, on: { go: send } });
  const request = requestBytes({
    target: ["shop", "cart", "ada"],
    messages: [{ type: "io.statefun.types/string", value: types.string.encode("") }],
  });
  const outcome = await createDispatcher([shop]).dispatch(request);
  if (outcome.kind !== "reply") throw new Error(`${outcome.kind}: ${outcome.reason}`);
  return (FromFunction.decode(outcome.bytes).invocationResult?.outgoingEgresses ?? []).map(({ egressNamespace, egressType, argument }) => ({
    to: `${egressNamespace}/${egressType}`,
    typename: argument?.typename ?? "",
    bytes: argument?.value ?? new Uint8Array(),
  }));
}

test("a typed egress writes its values under its own id, or under the name of the type", async () => {
  const receipts = egress("shop/receipts", Receipt);
  const named = egress("shop/archive", json("shop/Receipt", Receipt));
  const counts = egress("shop/counts", types.long);
  expectTypeOf(receipts).toEqualTypeOf<Egress<{ order: string; cents: number }>>();
  const sent = await sentBy((ctx) => {
    ctx.egress(receipts, { order: "a-1", cents: 5 });
    ctx.egress(named, { order: "a-1", cents: 5 });
    ctx.egress(counts, 3n);
  });
  const bytes = new Uint8Array(text('{"order":"a-1","cents":5}'));
  expect(sent.map(({ bytes: each, ...rest }) => ({ ...rest, bytes: new Uint8Array(each) }))).toEqual([
    { to: "shop/receipts", typename: "shop/receipts", bytes },
    { to: "shop/archive", typename: "shop/Receipt", bytes },
    { to: "shop/counts", typename: "io.statefun.types/long", bytes: types.long.encode(3n) },
  ]);
});

test("a value that does not fit is refused where it is made, and nothing leaves", async () => {
  const receipts = egress("shop/receipts", Receipt);
  expect(() => receipts.record({ order: "a-1", cents: 0.5 })).toThrow(ValueError);
  await expect(sentBy((ctx) => ctx.egress(receipts, { order: "a-1", cents: 0.5 }))).rejects.toThrow(/shop\/receipts: cents/);
  expect(() => egress("receipts", Receipt)).toThrow(/namespace\/name/);
});

test("the body of an HTTP record is a text, JSON or bytes", () => {
  const asText = httpRecord({ text: "grüße" });
  expect(asText.typename).toBe("io.statefun.types/string");
  expect(StringWrapper.decode(asText.bytes).value).toBe("grüße");
  expect(httpRecord({ json: { a: [1] } })).toEqual({ typename: "io.signalbox.http/json", bytes: text('{"a":[1]}') });
  expect(httpRecord({ bytes: Uint8Array.of(0, 255) })).toEqual({ typename: "io.signalbox.http/bytes", bytes: Uint8Array.of(0, 255) });
  expect(() => httpRecord({ json: undefined })).toThrow(ValueError);
});
