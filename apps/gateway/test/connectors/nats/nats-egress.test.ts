/**
 * What a stream accepted out of turn is not sent again after its server was away, however long, because the stream forgets ids after its
 * window; after a restore the same sequences are other messages.
 */
import { expect, test } from "vitest";
import type { EgressRecord } from "@signalbox/runtime";
import type { EgressContext } from "../../../src/connectors/connector.ts";
import { openNatsEgress } from "../../../src/connectors/nats/nats-egress.ts";
import { NatsError } from "../../../src/connectors/nats/nats-failure.ts";
import type { NatsCalls } from "../../../src/connectors/nats/nats-wire.ts";
import type { NatsEgressSpec } from "../../../src/connectors/nats/nats.ts";

const access = { servers: ["nats://h:4222"], credentials: { kind: "none" }, tls: undefined } as const;
const spec = (): NatsEgressSpec => ({ access, subject: "out.{id}", stream: "out", order: "sender", deadLetters: undefined });

const record = (sequence: number, id: string): EgressRecord => ({
  sequence,
  trace: sequence,
  egress: "shop/out",
  from: { type: "shop/cart", id },
  value: { typename: "shop/Order", bytes: new Uint8Array([sequence]) },
  atMs: 0,
});

/** A server that does not answer for the messages of one entity. */
function server() {
  const published: string[] = [];
  let silentFor = "";
  const calls: NatsCalls = {
    messageBytesMax: 1_000,
    closed: new Promise(() => undefined),
    stream: () => expect.unreachable(),
    streamOf: () => expect.unreachable(),
    read: () => expect.unreachable(),
    publish: async ({ subject, id }) => {
      if (subject === `out.${silentFor}`) throw new NatsError({ code: "ECONNRESET", where: subject, detail: "cut" });
      published.push(id);
    },
    close: async () => undefined,
  };
  return { published, connect: async () => calls, silence: (id: string) => void (silentFor = id) };
}

const contextOf = (incarnation: string) => ({ id: "shop/out", incarnation: async () => incarnation }) as unknown as EgressContext;

test("what was accepted behind one that was not is sent once, over connections of one declaration", async () => {
  const { published, connect, silence } = server();
  const declared = spec();
  const records = [record(1, "ann"), record(2, "bob"), record(3, "cai")];
  silence("ann");
  const first = await openNatsEgress(declared, contextOf("a"), connect);
  expect(await first.deliver?.(records, new AbortController().signal)).toMatchObject({ kind: "retry", through: undefined });
  silence("");
  const second = await openNatsEgress(declared, contextOf("a"), connect);
  expect(await second.deliver?.(records, new AbortController().signal)).toEqual({ kind: "delivered", through: 3 });
  expect(published).toEqual(["a/shop/out/2", "a/shop/out/3", "a/shop/out/1"]);
});

test("after a restore the same sequences are other messages, and so are those of another declaration", async () => {
  const { published, connect, silence } = server();
  const declared = spec();
  const records = [record(1, "ann"), record(2, "bob")];
  silence("ann");
  await (await openNatsEgress(declared, contextOf("a"), connect)).deliver?.(records, new AbortController().signal);
  silence("");
  await (await openNatsEgress(declared, contextOf("b"), connect)).deliver?.(records, new AbortController().signal);
  await (await openNatsEgress(spec(), contextOf("b"), connect)).deliver?.(records, new AbortController().signal);
  expect(published).toEqual(["a/shop/out/2", "b/shop/out/1", "b/shop/out/2", "b/shop/out/1", "b/shop/out/2"]);
});
