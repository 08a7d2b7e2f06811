/**
 * What a credential opened ends with it, for every operation of the contract: what waits is refused, what streams ends, and a body in
 * pieces is read no further. Audited changes that are under way end as one.
 * Neighbour: open-doors.test.ts of identity has the same over real doors.
 */
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { contract } from "../../src/contract/contract.ts";
import { isAudited, type Operation } from "../../src/contract/operation.ts";
import type { Principal } from "../../src/contract/principal.ts";
import { authorizer } from "../../src/identity/authorizer.ts";
import { Standing } from "../../src/identity/standing.ts";
import { guarded, verbOf, type GuardedServices } from "../../src/services/guarded.ts";
import type { Services } from "../../src/services/verb.ts";
import { operationInputs } from "../support/operation-calls.ts";

const credential = "session:1";
const eve: Principal = {
  kind: "person",
  name: "eve",
  door: "http",
  rights: { kind: "grants", grants: [{ role: "admin", namespace: "*" }] },
  userId: "u1",
  credential,
};
const over = { code: "UNAUTHENTICATED", message: expect.stringContaining("is over") };

interface Call {
  readonly signal: AbortSignal;
}

/** Every verb answers what the test says. */
function servicesOver(standing: Standing, answer: (input: unknown, call: Call) => unknown): GuardedServices {
  const nouns = Object.entries(contract).map(([noun, verbs]) => [
    noun,
    Object.fromEntries(
      Object.keys(verbs).map((verb) => [verb, (_principal: Principal, input: unknown, call: Call) => answer(input, call)]),
    ),
  ]);
  return guarded(Object.fromEntries(nouns) as Services, { authorizer, audit: { write: async () => true }, standing });
}

/** Inputs that JSON cannot carry. */
const inputs: Readonly<Record<string, unknown>> = {
  ...operationInputs,
  "calls.call": { type: "test/visits", id: "a", value: { typename: "t/v", bytes: new Uint8Array() } },
  "calls.answer": { messageId: 1 },
  "entities.read": { type: "test/visits", id: "a" },
  "doors.records": { egress: "test/out" },
  "doors.acknowledge": { egress: "test/out", through: 1 },
  "savepoints.upload": { open: endless, sizeBytes: undefined },
  "savepoints.get": { id: "none" },
  "people.signIn": { name: "eve", password: "x", address: "", agent: "" },
  "people.setUp": { code: "x", password: "a long enough password", address: "", agent: "" },
  "bootstrap.upload": { name: "a.csv", open: endless, sizeBytes: undefined },
};

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield await Promise.resolve(new Uint8Array(8));
}

const operations = Object.entries(contract).flatMap(([noun, verbs]) =>
  Object.entries(verbs).map(([verb, operation]: [string, Operation]) => [`${noun}.${verb}`, operation] as const),
);
const calls = operations.filter(([, { kind }]) => kind !== "subscription");
const changes = calls.filter(([, operation]) => isAudited(operation));
const others = calls.filter(([, operation]) => !isAudited(operation));

function call(services: GuardedServices, name: string): Promise<unknown> {
  const [noun = "", verb = ""] = name.split(".");
  return verbOf(services, noun, verb)(eve, inputs[name] ?? {}) as Promise<unknown>;
}

describe("when its credential is over", () => {
  test.each(others)("%s is awaited no longer", async (name) => {
    const standing = new Standing();
    const begun = Promise.withResolvers<void>();
    const waiting = call(
      servicesOver(standing, () => {
        begun.resolve();
        return new Promise(() => undefined);
      }),
      name,
    );
    await begun.promise;
    standing.end(credential);
    await expect(waiting).rejects.toMatchObject(over);
    expect(standing.credentials()).toEqual([]);
  });

  test.each(changes)("%s goes on to its end and answers", async (name) => {
    const standing = new Standing();
    const [begun, done] = [Promise.withResolvers<void>(), Promise.withResolvers<unknown>()];
    const services = servicesOver(standing, () => {
      begun.resolve();
      return done.promise;
    });
    const waiting = call(services, name);
    await begun.promise;
    standing.end(credential);
    done.resolve({ done: true });
    expect(await waiting).toEqual({ done: true });
  });

  test.each(changes.filter(([, { comesInPieces }]) => comesInPieces === true))("%s is told of it, to take nothing more", async (name) => {
    const standing = new Standing();
    const begun = Promise.withResolvers<void>();
    const services = servicesOver(standing, (_input, { signal }) => {
      begun.resolve();
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }));
    });
    const waiting = call(services, name);
    await begun.promise;
    standing.end(credential);
    await expect(waiting).rejects.toMatchObject(over);
  });

  test.each(operations.filter(([, { kind }]) => kind === "subscription"))("%s ends with the reason", async (name) => {
    const standing = new Standing();
    const [noun = "", verb = ""] = name.split(".");
    const services = servicesOver(standing, async function* (_input, { signal }) {
      yield 1;
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    });
    const frames = (verbOf(services, noun, verb)(eve, inputs[name] ?? {}) as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    expect((await frames.next()).value).toBe(1);
    const next = frames.next();
    standing.end(credential);
    await expect(next).rejects.toMatchObject(over);
    expect(standing.credentials()).toEqual([]);
  });
});

describe("an answer in pieces", () => {
  test("breaks off with the credential, as lines", async () => {
    const standing = new Standing();
    const services = servicesOver(standing, endless);
    const lines = (await call(services, "entities.export")) as AsyncIterable<unknown>;
    let pieces = 0;
    const reading = (async () => {
      for await (const _piece of lines) if (++pieces === 3) standing.end(credential);
    })();
    await expect(reading).rejects.toMatchObject(over);
    expect(pieces).toBe(3);
    expect(standing.credentials()).toEqual([]);
  });

  test("breaks off with the credential, as a file, and the file is closed", async () => {
    const standing = new Standing();
    const content = Readable.from(endless());
    const services = servicesOver(standing, () => ({ id: "s", sizeBytes: 1_000_000, content }));
    await call(services, "savepoints.file");
    const failed = new Promise((resolve) => content.once("error", resolve));
    content.resume();
    standing.end(credential);
    expect(await failed).toMatchObject(over);
    await expect.poll(() => content.closed).toBe(true);
    expect(standing.credentials()).toEqual([]);
  });

  test("is given to its end while the credential is good", async () => {
    const standing = new Standing();
    const services = servicesOver(standing, () => Readable.from(["a", "b"]));
    let text = "";
    for await (const piece of (await call(services, "audit.export")) as AsyncIterable<string>) text += piece;
    expect(text).toBe("ab");
    expect(standing.credentials()).toEqual([]);
  });
});

test("a call with a credential that ended before it began is refused at once", async () => {
  const standing = new Standing();
  standing.end(credential);
  let served = false;
  const services = servicesOver(standing, () => {
    served = true;
  });
  const gone = { ...eve, lease: { isOver: true }, unmaskReason: "ticket 8812" };
  await expect(verbOf(services, "modules", "list")(gone, {})).rejects.toMatchObject(over);
  expect(served).toBe(false);
  // The same session with other roles has another lease.
  const again = { ...eve, lease: { isOver: false } };
  expect(await (verbOf(services, "modules", "list")(again, {}) as Promise<unknown>)).toBeUndefined();
});
