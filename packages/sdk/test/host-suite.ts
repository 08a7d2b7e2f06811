/**
 * The host suite sends the same requests to every host and expects the same answers. A host carries request bytes to the dispatcher; `ask`
 * turns its protocol's answer back into an outcome, so that each statement stands here once for all hosts.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AnyEntity, DispatcherOptions, Outcome } from "../src/index.ts";
import { FromFunction, KafkaProducerRecord, KinesisEgressRecord } from "@signalbox/proto";
import { cart, stock } from "./shop.ts";
import { jsonBytes, replyOf, requestBytes } from "./wire.ts";

export interface HostUnderTest {
  readonly name: string;
  open(entities: readonly AnyEntity[], options: DispatcherOptions): Promise<void>;
  ask(request: Uint8Array): Promise<Outcome>;
  close(): Promise<void>;
}

const silent = { log: () => {} };
const states = { items: null, total: null, session: null, note: null };

export function hostSuite(host: HostUnderTest): void {
  describe(`functions behind ${host.name}`, () => {
    beforeAll(() => host.open([cart, stock], silent));
    afterAll(() => host.close());
    const add = (item: unknown): Promise<Outcome> =>
      host.ask(requestBytes({ target: ["shop", "cart", "ada"], states, messages: [{ type: "shop/AddItem", value: jsonBytes(item) }] }));

    test("answer a request with its effects", async () => {
      const outcome = await add({ sku: "a", count: 1 });
      if (outcome.kind !== "reply") throw new Error(`${outcome.kind}: ${outcome.reason}`);
      expect(replyOf(outcome.bytes)).toMatchObject({ invocationResult: { outgoingMessages: [{ target: { type: "stock", id: "a" } }] } });
    });

    test("write typed records for the egresses of each kind, as these take them", async () => {
      const item = jsonBytes({ sku: "a", count: 1 });
      const outcome = await host.ask(
        requestBytes({ target: ["shop", "cart", "ada"], states, messages: [{ type: "shop/Ship", value: item }] }),
      );
      if (outcome.kind !== "reply") throw new Error(`${outcome.kind}: ${outcome.reason}`);
      const left = FromFunction.decode(outcome.bytes).invocationResult?.outgoingEgresses ?? [];
      expect(left.map(({ egressType }) => egressType)).toEqual(["shipments", "scans", "hook", "ledger"]);
      const [kafka, kinesis, http, ledger] = left.map(({ argument }) => argument?.value ?? new Uint8Array());
      const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("utf8");
      const shipped = KafkaProducerRecord.decode(kafka ?? new Uint8Array());
      expect([shipped.topic, shipped.key, text(shipped.valueBytes)]).toEqual(["shipments", "ada", text(item)]);
      const scanned = KinesisEgressRecord.decode(kinesis ?? new Uint8Array());
      expect([scanned.stream, scanned.partitionKey, text(scanned.valueBytes)]).toEqual(["scans", "ada", "a"]);
      expect([text(http), text(ledger)]).toEqual([text(item), text(item)]);
      expect(left.slice(2).map(({ argument }) => argument?.typename)).toEqual(["io.signalbox.http/json", "shop/ledger"]);
    });

    test("ask for states that the request lacks", async () => {
      const outcome = await host.ask(
        requestBytes({ target: ["shop", "stock", "a"], messages: [{ type: "shop/Reserve", value: jsonBytes({ count: 1 }) }] }),
      );
      if (outcome.kind !== "reply") throw new Error(`${outcome.kind}: ${outcome.reason}`);
      expect(replyOf(outcome.bytes)).toMatchObject({ incompleteInvocationContext: { missingValues: [{ stateName: "left" }] } });
    });

    test("name the states to a request without a message: a check of the endpoint", async () => {
      const outcome = await host.ask(requestBytes({ target: ["shop", "stock", ""], messages: [] }));
      if (outcome.kind !== "reply") throw new Error(`${outcome.kind}: ${outcome.reason}`);
      expect(replyOf(outcome.bytes)).toMatchObject({ incompleteInvocationContext: { missingValues: [{ stateName: "left" }] } });
    });

    test("answer many requests at once, each its own", async () => {
      const ids = Array.from({ length: 50 }, (_, index) => `sku-${index}`);
      const outcomes = await Promise.all(ids.map((sku) => add({ sku, count: 1 })));
      const targets = outcomes.map((outcome) => (outcome.kind === "reply" ? replyOf(outcome.bytes) : outcome));
      expect(targets).toMatchObject(ids.map((id) => ({ invocationResult: { outgoingMessages: [{ target: { id } }] } })));
    });

    test("refuse a rejected message with the reason", async () => {
      expect(await add({ sku: "a", count: 0 })).toEqual({ kind: "rejected", reason: "count is 0" });
    });

    test("cut a long reason to the length that its caller accepts, and go on", async () => {
      const outcome = await add({ sku: "wordy", count: 1 });
      expect(outcome).toEqual({ kind: "rejected", reason: expect.stringMatching(/^漢{100,9000}/) });
      expect(await add({ sku: "a", count: 1 })).toMatchObject({ kind: "reply" });
    });

    test("say when a delayed message is to be tried again, no sooner than the handler said", async () => {
      const outcome = await add({ sku: "later", count: 1 });
      expect(outcome).toMatchObject({ kind: "retry-later", reason: "the shop is closed" });
      expect(outcome.kind === "retry-later" && outcome.afterMs).toBeGreaterThanOrEqual(1_500);
    });

    test("tell a handler that throws from one that rejects", async () => {
      expect(await add({ sku: "broken", count: 1 })).toEqual({ kind: "threw", reason: expect.stringContaining("thrown on demand") });
    });

    test("refuse bytes that are not a request, and a type that is not served", async () => {
      expect(await host.ask(new Uint8Array([1, 2, 3]))).toMatchObject({ kind: "malformed" });
      const messages = [{ type: "shop/AddItem", value: jsonBytes({}) }];
      const outcome = await host.ask(requestBytes({ target: ["shop", "till", "1"], messages }));
      expect(outcome).toEqual({ kind: "unknown-type", reason: "shop/till is not served here; served: shop/cart, shop/stock" });
    });
  });
}
