/**
 * Partitions in threads of their own, on a real disk, with a real function: each message counts once wherever its entity lives, savepoints
 * move between numbers of partitions, and a thread that ends stops its partition loudly.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { FromFunction, MutationType, ToFunction } from "@signalbox/proto";
import { createTransport } from "../src/adapters/create-transport.ts";
import type { Engine } from "../src/engine.ts";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import { undoneBy } from "@signalbox/runtime/model/era";
import { defaultLimits, type EngineLimits } from "../src/limits.ts";
import type { EngineEvent } from "@signalbox/runtime/model/engine-event";
import { homeOf } from "../src/model/partition-place.ts";
import { lockData } from "../src/data-lock.ts";
import { openEngine, type ThreadOptions } from "../src/open-engine.ts";
import { text, textOf } from "./core-samples.ts";
import { cleanups, endpointAt, listen } from "./transport-http-harness.ts";

const egress = "shop/receipts";
const type = "shop/cart";
let folder = "";
let url = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "partitions-"));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  url = `http://127.0.0.1:${await listen(http.createServer(answer))}/statefun`;
});

/** Counts its messages. "on <id>" is passed on to that cart, and every message leaves a receipt. */
function reply(body: Buffer): Uint8Array {
  const batch = ToFunction.decode(body).invocation;
  const state = batch?.state?.[0];
  if (state?.stateName !== "count") {
    return FromFunction.encode({
      incompleteInvocationContext: { missingValues: [{ stateName: "count", typeTypename: "io.statefun.types/string" }] },
    }).finish();
  }
  const inputs = (batch?.invocations ?? []).map(({ argument }) => Buffer.from(argument?.value ?? []).toString());
  const before = Number(Buffer.from(state.stateValue?.value ?? []).toString() || "0");
  const valueOf = (value: string) => ({ typename: "io.statefun.types/string", hasValue: true, value: Buffer.from(value) });
  return FromFunction.encode({
    invocationResult: {
      stateMutations: [{ mutationType: MutationType.MODIFY, stateName: "count", stateValue: valueOf(String(before + inputs.length)) }],
      outgoingMessages: inputs.flatMap((input) =>
        input.startsWith("on ") ? [{ target: { namespace: "shop", type: "cart", id: input.slice(3) }, argument: valueOf("arrived") }] : [],
      ),
      outgoingEgresses: inputs.map((input) => ({ egressNamespace: "shop", egressType: "receipts", argument: valueOf(input) })),
    },
  }).finish();
}

function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const body = Buffer.concat(parts);
    const answerNow = (): void => {
      response.writeHead(200, { "content-type": "application/octet-stream" });
      response.end(reply(body));
    };
    if (ToFunction.decode(body).invocation?.target?.id === held.id) held.answers.push(answerNow);
    else answerNow();
  });
}

/** The answers of one entity's function that wait to be sent. */
const held: { id: string | undefined; answers: (() => void)[] } = { id: undefined, answers: [] };

/** Holds the answers of this entity back until the returned function is called. */
function hold(id: string): () => void {
  held.id = id;
  return () => {
    held.id = undefined;
    for (const answerNow of held.answers.splice(0)) answerNow();
  };
}

async function open(
  partitions: number,
  rest: { threads?: ThreadOptions; conditions?: string; events?: EngineEvent[]; limits?: Partial<EngineLimits> } = {},
): Promise<Engine> {
  const engine = await openEngine({
    data: await lockData(join(folder, "engine"), partitions),
    limits: { ...defaultLimits, ...rest.limits },
    transport: createTransport(),
    threads: rest.threads ?? {},
    ...(rest.conditions === undefined ? {} : { conditionsModule: pathToFileURL(rest.conditions).href }),
    observer: { on: (event) => void rest.events?.push(event) },
  });
  let stopped = false;
  cleanups.push(() => (stopped ? undefined : engine.stop()));
  await engine.applyBindings({
    endpoints: [endpointAt(url)],
    egresses: [{ id: egress, module: "m" }],
  });
  const stop = engine.stop.bind(engine);
  return Object.assign(engine, {
    stop: async () => {
      stopped = true;
      await stop();
    },
  });
}

async function countOf(engine: Engine, id: string): Promise<string | undefined> {
  return textOf((await engine.entity({ type, id }))?.state[0]?.value);
}

const ids = Array.from({ length: 24 }, (_, index) => `cart-${index}`);

/** Each entity passes one message on to the next, which may live in any partition. */
async function sendRound(engine: Engine): Promise<void> {
  await Promise.all(ids.map((id, index) => engine.accept({ target: { type, id }, value: text(`on ${ids[(index + 1) % ids.length]}`) })));
  await engine.settled();
}

async function counts(engine: Engine): Promise<(string | undefined)[]> {
  return Promise.all(ids.map((id) => countOf(engine, id)));
}

test("the ids of these tests cover every partition", () => {
  for (const count of [2, 3, 4]) expect(new Set(ids.map((id) => homeOf(id, count))).size).toBe(count);
});

describe("partitions in threads", () => {
  test("carry messages between entities of different partitions, each once, and go on after a restart", async () => {
    const engine = await open(3);
    await sendRound(engine);
    expect(await counts(engine)).toEqual(ids.map(() => "2"));
    await engine.stop();
    const again = await open(3);
    await sendRound(again);
    expect(await counts(again)).toEqual(ids.map(() => "4"));
    expect(again.status()).toMatchObject({ waitingMessages: 0, inFlight: 0, health: { kind: "running" } });
  });

  test("keep one outbox for an egress, in order, with a record for each message", async () => {
    const engine = await open(4);
    await sendRound(engine);
    const records = await engine.egressRecords({ egress, limit: 1000 });
    expect(records).toHaveLength(2 * ids.length);
    const sequences = records.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    await engine.egressAcknowledge(egress, sequences[9] ?? 0);
    expect((await engine.egressRecords({ egress, limit: 1000 })).map(({ sequence }) => sequence)).toEqual(sequences.slice(10));
    expect(engine.egresses()).toMatchObject([{ id: egress, waitingRecords: 2 * ids.length - 10 }]);
  });

  test("hold entities of every partition at one breakpoint, and release them in all", async () => {
    const engine = await open(3);
    await sendRound(engine);
    const spec = { id: "b", namespace: "shop", name: "cart", ids: { kind: "all" }, by: "tester", setMs: 1, forMs: 600_000 } as const;
    await engine.setBreakpoint(spec);
    for (const id of ids) await engine.accept({ target: { type, id }, value: text("held") });
    await vi.waitFor(() => expect(engine.breakpoints()).toMatchObject([{ heldEntities: ids.length, heldMessages: ids.length }]), 10_000);
    expect(await engine.heldEntities({ limit: 1000 })).toHaveLength(ids.length);
    await engine.stepHeld({ type, id: ids[0] ?? "" });
    await vi.waitFor(() => expect(engine.breakpoints()).toMatchObject([{ heldMessages: ids.length - 1 }]), 10_000);
    expect(await engine.releaseBreakpoint("b")).toEqual({ released: ids.length - 1 });
    await engine.settled();
    expect(await counts(engine)).toEqual(ids.map(() => "3"));
    expect(engine.breakpoints()).toEqual([]);
  });

  test("each compile the condition of a breakpoint, and hold the messages that fit it", async () => {
    const module = join(folder, "conditions.mjs");
    await writeFile(
      module,
      `export const compileCondition = (text, { from }) => ({
        weight: 1,
        look: ({ value }) => ({ kind: Buffer.from(value.bytes).toString().slice(from) === text ? "fits" : "differs" }),
      });`,
    );
    const engine = await open(3, { conditions: module });
    await sendRound(engine);
    const spec = { id: "c", namespace: "shop", name: "cart", ids: { kind: "all" }, by: "tester", setMs: 1, forMs: 600_000 } as const;
    await engine.setBreakpoint({ ...spec, condition: "held" }, { from: 2 });
    for (const id of ids) for (const value of ["free", "--held"]) await engine.accept({ target: { type, id }, value: text(value) });
    const held = { heldEntities: ids.length, heldMessages: ids.length, heldUnclear: 0 };
    await vi.waitFor(() => expect(engine.breakpoints()).toMatchObject([held]), 10_000);
    expect(await engine.releaseBreakpoint("c")).toEqual({ released: ids.length });
    await engine.settled();
    expect(await counts(engine)).toEqual(ids.map(() => "4"));
    await engine.stop();
    const without = await open(3);
    await expect(without.setBreakpoint({ ...spec, condition: "held" })).rejects.toMatchObject({ code: "CAPABILITY_MISSING" });
    expect(without.breakpoints()).toEqual([]);
  });

  test("show entities, journal and traces as one", async () => {
    const engine = await open(3);
    await sendRound(engine);
    const first = await engine.entities({ type, limit: 10 });
    const rest = await engine.entities({ type, limit: 100, cursor: first.cursor });
    expect([...first.items, ...rest.items].map(({ address }) => address.id)).toEqual(ids.toSorted());
    expect(rest.cursor).toBeUndefined();
    const newest = await engine.journal({ limit: 7 });
    const older = await engine.journal({ limit: 1000, cursor: newest.cursor });
    const sequences = [...newest.items, ...older.items].map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => b - a));
    expect(new Set(sequences).size).toBe(sequences.length);
    const { traceId } = await engine.accept({ target: { type, id: "cart-0" }, value: text("on cart-1") });
    await engine.settled();
    const trace = await engine.trace(traceId, { recordsMax: 100 });
    expect(trace.complete).toBe(true);
    expect(trace.records.map(({ address }) => address.id)).toEqual(["cart-0", "cart-1"]);
    expect(trace.records[1]?.messages[0]?.sequence).toBe(trace.records[0]?.sent[0]?.sequence);
    expect((await engine.traces({ limit: 1 })).items).toMatchObject([{ trace: traceId, complete: true }]);
  });

  test("take a producer's batch once, and refuse the batch behind a refused one", async () => {
    const engine = await open(2);
    const batch = (from: number, previousSequence: number | undefined) => ({
      producer: "till",
      previousSequence,
      messages: ids.map((id, index) => ({ sequence: from + index, message: { target: { type, id }, value: text("add") } })),
    });
    expect(await engine.acceptBatch(batch(1, undefined))).toEqual({ durableSequence: ids.length });
    expect(await engine.acceptBatch(batch(1, undefined))).toEqual({ durableSequence: ids.length });
    await expect(engine.acceptBatch(batch(1000, 999))).rejects.toMatchObject({ code: "SEQUENCE_GAP" });
    expect(await engine.producerSequence("till")).toBe(ids.length);
    await engine.settled();
    expect(await counts(engine)).toEqual(ids.map(() => "1"));
  });

  test("refuse a producer whose messages find no room where they live", async () => {
    const waitingMessagesMax = 400;
    const engine = await open(2, { limits: { waitingMessagesMax } });
    // Nothing listens at this address.
    await engine.applyBindings({ endpoints: [endpointAt("http://127.0.0.1:9/statefun")], egresses: [] });
    const strangers = ids.filter((id) => homeOf(id, 2) !== homeOf("till", 2));
    let sequence = 0;
    const outcome = async (): Promise<string> => {
      const messages = strangers.map((id) => ({ sequence: ++sequence, message: { target: { type, id }, value: text("add") } }));
      return await engine.acceptBatch({ producer: "till", messages }).then(
        () => "accepted",
        (error: unknown) => (error instanceof EngineError ? error.code : String(error)),
      );
    };
    await expect.poll(outcome, { interval: 20, timeout: 10_000 }).toBe("OVERLOADED");
    expect(engine.status().waitingMessages).toBeLessThan(2 * waitingMessagesMax);
  });

  test.each([2, 3])("the acts of the quieter of two partitions after a savepoint are taken back by a restore into %i", async (to) => {
    const busy = ids.find((id) => homeOf(id, 2) === 0) ?? "";
    const quiet = ids.find((id) => homeOf(id, 2) === 1) ?? "";
    const before = await open(2);
    // Its answer comes after the savepoint, and nothing from outside tells its partition meanwhile how far the other one has counted.
    const release = hold(quiet);
    await before.accept({ target: { type, id: quiet }, value: text("add") });
    for (let n = 0; n < 30; n += 1) await before.accept({ target: { type, id: busy }, value: text("add") });
    await expect.poll(() => countOf(before, busy), { interval: 20, timeout: 10_000 }).toBe("30");
    const path = join(folder, "uneven.savepoint");
    await before.takeSavepoint(path);
    release();
    await before.settled();
    expect(await countOf(before, quiet)).toBe("1");
    await before.stop();
    const after = await open(to);
    await after.restoreSavepoint(path);
    await after.settled();
    const { items } = await after.history({ address: { type, id: quiet }, limit: 10 });
    const records = items.filter(({ outcome }) => outcome.kind === "completed").toSorted((a, b) => a.sequence - b.sequence);
    expect(records.map(({ sequence }) => undoneBy(after.eras(), { sequence, id: quiet })?.number)).toEqual([2, undefined]);
    await after.stop();
  });

  test.each([
    { from: 1, to: 3 },
    { from: 3, to: 2 },
    { from: 4, to: 1 },
  ])("a savepoint of $from restores into $to", async ({ from, to }) => {
    const before = await open(from);
    await sendRound(before);
    await before.accept({ target: { type, id: "cart-0" }, value: text("add"), idempotencyKey: "once" });
    await before.settled();
    const path = join(folder, "one.savepoint");
    const taken = await before.takeSavepoint(path);
    expect(taken.egressRecords).toBe(2 * ids.length + 1);
    await sendRound(before);
    await before.stop();
    const after = await open(to);
    await after.restoreSavepoint(path, { expectedChecksum: taken.checksum });
    expect(await countOf(after, "cart-0")).toBe("3");
    expect((await counts(after)).slice(1)).toEqual(ids.slice(1).map(() => "2"));
    // The records that the restore took back are still shown, in the new home of each entity.
    const told = await after.history({ address: { type, id: "cart-1" }, limit: 100 });
    expect(told.items.filter(({ sequence }) => undoneBy(after.eras(), { sequence, id: "cart-1" }) !== undefined)).not.toHaveLength(0);
    expect(told.items.filter(({ sequence }) => undoneBy(after.eras(), { sequence, id: "cart-1" }) === undefined)).not.toHaveLength(0);
    const repeated = await after.accept({ target: { type, id: "cart-0" }, value: text("add"), idempotencyKey: "once" });
    expect(repeated.repeated).toBe(true);
    await sendRound(after);
    expect((await counts(after)).slice(1)).toEqual(ids.slice(1).map(() => "4"));
    await after.stop();
    const again = await open(to);
    expect((await counts(again)).slice(1)).toEqual(ids.slice(1).map(() => "4"));
    const second = await again.takeSavepoint(join(folder, "two.savepoint"));
    expect(second.egressRecords).toBe(4 * ids.length + 1);
  });

  test("tell their observers what is watched, and get what the observers send", async () => {
    const module = join(folder, "observer.mjs");
    await writeFile(
      module,
      `export const createObserver = (send) => {
        let word = "";
        return {
          on: (event) => event.kind === "invocation-ended" && send([word, event.record.address.id]),
          told: (message) => { word = message; },
          end: () => undefined,
        };
      };`,
    );
    const heard: unknown[] = [];
    let tell: ((message: unknown) => void) | undefined;
    const threads: ThreadOptions = {
      observerModule: pathToFileURL(module).href,
      observed: (partition, digest) => heard.push([partition, digest]),
      opened: (say) => {
        tell = say;
      },
    };
    const engine = await open(2, { threads });
    tell?.("hello");
    await engine.accept({ target: { type, id: "cart-0" }, value: text("add") });
    await engine.settled();
    expect(heard).toEqual([[homeOf("cart-0", 2), ["hello", "cart-0"]]]);
  });

  test("stop loudly when their thread ends", async () => {
    const module = join(folder, "deadly.mjs");
    await writeFile(
      module,
      "export const createObserver = () => ({ on: () => undefined, told: () => process.exit(7), end: () => undefined });",
    );
    const events: EngineEvent[] = [];
    let kill: (() => void) | undefined;
    const threads: ThreadOptions = { observerModule: pathToFileURL(module).href, opened: (say) => (kill = () => say("end")) };
    const several = await open(2, { threads, events });
    kill?.();
    await expect.poll(() => several.status().health.kind).toBe("stopped");
    expect(several.status().health).toMatchObject({ code: "ENGINE_STOPPED", message: expect.stringContaining("code 7") });
    expect(events.some(({ kind }) => kind === "stopped")).toBe(true);
    await expect(several.accept({ target: { type, id: "cart-0" }, value: text("add") })).rejects.toMatchObject({ code: "ENGINE_STOPPED" });
  });

  test("refuse a data directory in which one of them is missing, and name its path", async () => {
    await (await open(2)).stop();
    const lost = join(folder, "engine", "store-1", "partition-2");
    await rm(lost, { recursive: true });
    await expect(open(2)).rejects.toMatchObject({ code: "DATA_CORRUPT", place: lost });
  });
});
