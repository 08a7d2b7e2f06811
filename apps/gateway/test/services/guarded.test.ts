/** The guard: parse, authorise, serve, audit, in this order, around every verb. */
import { afterEach, describe, expect, test } from "vitest";
import type { NewAuditEntry } from "../../src/catalog/catalog.ts";
import { contract } from "../../src/contract/contract.ts";
import { gatewayItself, localPerson, type Principal } from "../../src/contract/principal.ts";
import { authorizer } from "../../src/identity/authorizer.ts";
import { GatewayError } from "../../src/contract/problem.ts";
import { createAuditTrail } from "../../src/services/audit/audit-trail.ts";
import { failuresAnHourMax, failuresOfAllAnHourMax } from "../../src/services/audit/failures-an-hour.ts";
import { guarded, verbOf, type GuardedServices, type Guards } from "../../src/services/guarded.ts";
import type { Services } from "../../src/services/verb.ts";

const ann: Principal = { ...localPerson("http"), name: "ann" };
const robot: Principal = { kind: "token", name: "robot", door: "http", rights: { kind: "grants", grants: [] } };
let written: NewAuditEntry[] = [];
let served: string[] = [];
afterEach(() => {
  written = [];
  served = [];
});

/** Every verb notes that it was served and answers what the test says. */
function guardedOver(answer: (name: string) => unknown, guards: Partial<Guards> = {}): GuardedServices {
  const nouns = Object.entries(contract).map(([noun, verbs]) => [
    noun,
    Object.fromEntries(
      Object.keys(verbs).map((verb) => [
        verb,
        (_principal: Principal, _input: unknown, call: { changed(change: object): void }) => {
          served.push(`${noun}.${verb}`);
          call.changed({ before: "a", after: "b" });
          return answer(`${noun}.${verb}`);
        },
      ]),
    ),
  ]);
  const audit = { write: async (entry: NewAuditEntry) => written.push(entry) > 0 };
  return guarded(Object.fromEntries(nouns) as Services, { authorizer, audit, ...guards });
}

const act = { type: "shop/cart", id: "anna", action: "retry" } as const;

describe("a verb", () => {
  test("is not served with input that does not parse, and leaves no entry", async () => {
    const services = guardedOver(() => ({ changed: 1 }));
    await expect(verbOf(services, "entities", "act")(ann, { ...act, action: "fly" })).rejects.toThrow("action");
    expect([served, written]).toEqual([[], []]);
  });

  test("that changes something leaves one entry: the person, the door, the target, before and after", async () => {
    await guardedOver(() => ({ changed: 1 })).entities.act(ann, act);
    expect(written).toEqual([
      {
        atMs: expect.any(Number),
        kind: "person",
        name: "ann",
        door: "http",
        operation: "entities.act",
        subject: "shop/cart/anna",
        input: JSON.stringify(act),
        before: "a",
        after: "b",
        outcome: "done",
        problem: null,
      },
    ]);
  });

  test("that looks leaves no entry, and neither does a message", async () => {
    const services = guardedOver((name) => (name === "modules.list" ? [] : { messageId: 1, traceId: 1, repeated: false }));
    await services.modules.list(ann);
    await services.send.message(ann, { type: "shop/cart", id: "a", valueType: "io.statefun.types/string", text: '"x"' });
    expect([served, written]).toEqual([["modules.list", "send.message"], []]);
  });

  test("that fails leaves an entry with the code of its problem", async () => {
    const services = guardedOver(() => {
      throw new Error("broken");
    });
    await expect(services.savepoints.take(ann, {})).rejects.toThrow("broken");
    expect(written).toMatchObject([{ operation: "savepoints.take", outcome: "failed", problem: "INTERNAL" }]);
  });

  test("is refused to a token without a role, unserved, with an entry, also when it only looks", async () => {
    const services = guardedOver(() => ({ changed: 1 }));
    await expect(services.entities.act(robot, act)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(services.modules.list(robot)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(() => services.live.stream(robot, { flow: true, tails: [], entities: [] })).toThrow("Not allowed");
    expect(served).toEqual([]);
    expect(written.map(({ operation, outcome }) => [operation, outcome])).toEqual([
      ["entities.act", "refused"],
      ["modules.list", "refused"],
    ]);
  });

  test("that is refused again and again does not fill the audit, whatever names the callers use, and the audit says where it stops", async () => {
    const services = guardedOver(() => ({ changed: 1 }));
    const refused = async (name: string, times: number): Promise<number> => {
      const before = written.length;
      for (let at = 0; at < times; at++)
        await expect(services.modules.list({ ...robot, name })).rejects.toMatchObject({ code: "FORBIDDEN" });
      return written.length - before;
    };
    expect([await refused("robot", 1_000), await refused("other", 3)]).toEqual([failuresAnHourMax, 3]);
    expect(written[failuresAnHourMax - 1]?.after).toMatch(/not told/);
    for (let at = 0; at < 20; at++) await refused(`name ${at}`, 250);
    expect(written).toHaveLength(failuresOfAllAnHourMax);
    await services.entities.act(ann, act);
    expect(written.at(-1)).toMatchObject({ name: "ann", outcome: "done" });
  });

  test("that fails for a caller about themselves does not fill it either", async () => {
    const services = guardedOver(() => {
      throw new GatewayError("UNKNOWN_TOKEN", { detail: "none", where: "id", cure: "none" });
    });
    for (let at = 0; at < 300; at++)
      await expect(services.tokens.revoke(ann, { id: "x" })).rejects.toMatchObject({ code: "UNKNOWN_TOKEN" });
    expect(written).toHaveLength(failuresAnHourMax);
    // A failure that may have changed something is written each time.
    for (let at = 0; at < 300; at++) await expect(services.entities.act(ann, act)).rejects.toMatchObject({ code: "UNKNOWN_TOKEN" });
    expect(written).toHaveLength(failuresAnHourMax + 300);
  });

  test("has the size of a module's text or of a value in its entry, and not the text", async () => {
    const services = guardedOver(() => ({ revision: 1, changes: [], issues: [] }));
    await services.modules.put(gatewayItself("start"), { name: "shop", yaml: "secret: hunter2" });
    expect(written).toMatchObject([{ kind: "gateway", door: "gateway", input: '{"name":"shop","yaml":"(15 characters)"}' }]);
  });

  test("answers exactly what the contract says, to the last field, where outputs are checked", async () => {
    const services = guardedOver(() => ({ changed: 1, extra: true }), { checkOutputs: true });
    await expect(services.entities.act(ann, act)).rejects.toThrow("entities.act answers what the contract does not say");
    expect(await guardedOver(() => ({ changed: 1 }), { checkOutputs: true }).entities.act(ann, act)).toEqual({ changed: 1 });
  });
});

describe("every verb of the contract", () => {
  const names = Object.entries(contract).flatMap(([noun, verbs]) => Object.keys(verbs).map((verb) => [noun, verb] as const));
  test.each(names)("%s.%s parses before it authorises, and authorises before it serves", async (noun, verb) => {
    const services = guardedOver(() => undefined, {
      authorizer: { decide: () => ({ kind: "deny", reason: "the test says so", signIn: false }) },
    });
    const call = async (): Promise<unknown> => verbOf(services, noun, verb)(ann, undefined);
    await expect(call()).rejects.toMatchObject({ name: expect.stringMatching(/^(ZodError|GatewayError)$/) });
    expect(served).toEqual([]);
  });
});

describe("the trail", () => {
  const entry: NewAuditEntry = {
    atMs: 1,
    ...ann,
    operation: "modules.put",
    subject: "shop",
    input: "",
    before: null,
    after: null,
    outcome: "done",
    problem: null,
  };

  test("reports an entry that the catalog refuses, and counts it, and the operation goes on", async () => {
    const warned: string[] = [];
    const trail = createAuditTrail({
      catalog: { record: () => Promise.reject(new Error("disk full")) },
      warn: (message) => void warned.push(message),
    });
    await trail.write(entry);
    expect(trail.lostEntries()).toBe(1);
    expect(warned).toEqual(["the audit has no entry for modules.put shop by ann (http): disk full"]);
  });

  test("keeps a bounded number of entries waiting for a catalog that does not answer", async () => {
    const answers: (() => void)[] = [];
    const record = (): Promise<void> => new Promise((resolve) => answers.push(resolve));
    const trail = createAuditTrail({ catalog: { record }, warn: () => undefined });
    const writes = Array.from({ length: 300 }, () => trail.write(entry));
    expect([answers.length, trail.lostEntries()]).toEqual([256, 44]);
    for (const answer of answers) answer();
    await Promise.all(writes);
    expect(trail.lostEntries()).toBe(44);
  });
});
