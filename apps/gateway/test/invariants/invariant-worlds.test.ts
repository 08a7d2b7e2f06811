/**
 * Invariants in worlds: the sums that follow from records equal those of the brute force, through crashes, restores, retries and discards.
 * Nothing is reported where nothing broke, and what broke is named exactly. SIGNALBOX_INVARIANT_WORLDS sets the number of worlds; a failing
 * one is named by its seed.
 */
import type { JournalRecord } from "@signalbox/runtime";
import { describe, expect, it } from "vitest";
import type { CompiledRule } from "../../src/invariants/compiled-rule.ts";
import { InvariantFold } from "../../src/invariants/invariant-fold.ts";
import { accounts, BankWorld } from "./bank-world.ts";
import { decode, FollowedWorld } from "./followed-world.ts";

const worldsDefault = 100;
const worlds = Number(process.env["SIGNALBOX_INVARIANT_WORLDS"] ?? worldsDefault);
const turns = 14;

interface Told {
  readonly found: string | undefined;
  readonly followed: FollowedWorld;
}

/** With `keeps` nobody takes money out of the world, so the sum never changes either. */
async function tell(
  seed: string,
  { keeps, bug = false, make }: { keeps: boolean; bug?: boolean; make?: ConstructorParameters<typeof FollowedWorld>[1] },
): Promise<Told> {
  const world = new BankWorld(seed);
  await world.open();
  const followed = new FollowedWorld(world, make);
  await followed.begin();
  const { rng } = world;
  let kept: string | undefined;
  const planted = bug ? rng.between(2, turns - 2) : -1;
  for (let turn = 0; turn < turns; turn += 1) {
    const from = rng.pick(accounts);
    const to = rng.pick(accounts);
    const cents = rng.pick([1, 7, 13, 100, 450]);
    const later = rng.between(0, 2) === 0;
    const token = later && rng.between(0, 1) === 0 ? `t${turn}` : "";
    if (turn === planted) world.send(from, { to, cents: 77, steal: true });
    else world.send(from, { to, cents, laterMs: later ? rng.between(100, 20_000) : 0, token });
    if (!keeps && rng.between(0, 5) === 0) world.send(from, { cancel: `t${rng.between(0, turn)}` });
    await world.steps(rng.between(0, 40));
    const chance = rng.between(0, 11);
    if (chance === 0) await world.crash();
    if (chance === 1) world.mended.credits = !world.mended.credits;
    if (chance === 2) await world.handle(keeps ? "retry" : "discard-head");
    if (chance === 3) kept = (await world.savepoint()).name;
    if (chance === 4 && kept !== undefined) {
      await world.run(world.engine.restoreSavepoint(kept));
      await followed.begin();
    }
    const found = await followed.compare();
    if (found !== undefined) return { found: `turn ${turn}: ${found}`, followed };
    if (keeps && !bug && followed.violated !== undefined) return { found: `turn ${turn}: a false alarm`, followed };
    if (followed.debt !== undefined) return { found: `turn ${turn}: a debt that nobody has`, followed };
  }
  await world.calm();
  return { found: await followed.compare(), followed };
}

describe("invariants in worlds of a bank", () => {
  it(`never raise a false alarm where money only moves, at any epoch of ${worlds} worlds`, { timeout: 1_200_000 }, async () => {
    let [compared, epochs] = [0, 0];
    for (let seed = 0; seed < worlds; seed += 1) {
      const { found, followed } = await tell(`keeps ${seed}`, { keeps: true });
      expect(found, `keeps ${seed}`).toBeUndefined();
      compared += followed.compared;
      epochs += followed.epochs;
    }
    report(`money only moves: ${worlds} worlds, ${compared} savepoints compared, ${epochs} epochs judged`);
    expect(compared).toBeGreaterThan(worlds * turns * 0.8);
  });

  it(`have the sums of the brute force where messages are taken back and discarded, in ${worlds} worlds`, {
    timeout: 1_200_000,
  }, async () => {
    let [compared, unknown] = [0, 0];
    for (let seed = 0; seed < worlds; seed += 1) {
      const { found, followed } = await tell(`loses ${seed}`, { keeps: false });
      expect(found, `loses ${seed}`).toBeUndefined();
      compared += followed.compared;
      unknown += followed.unknown;
    }
    report(`taken back and discarded: ${worlds} worlds, ${compared} savepoints compared, ${unknown} times not known`);
    expect(compared).toBeGreaterThan(worlds * turns * 0.6);
  });

  it("name exactly the invocation that took money", { timeout: 600_000 }, async () => {
    let named = 0;
    for (let seed = 0; seed < worlds; seed += 1) {
      const { found, followed } = await tell(`steals ${seed}`, { keeps: true, bug: true });
      expect(found, `steals ${seed}`).toBeUndefined();
      const thief = await followed.world.thief();
      const first = followed.violated?.first;
      // After a restore that follows the theft, measuring starts again from the present values.
      if (thief === undefined || first === undefined) continue;
      named += 1;
      expect(first).toMatchObject({ sequence: thief.sequence, id: thief.id, trace: thief.trace });
      expect(Number(first.before) - Number(first.after)).toBe(77);
    }
    report(`planted thefts: ${named} of ${worlds} were there at the end, each named exactly`);
    expect(named).toBeGreaterThan(worlds * 0.4);
  });

  it("are caught when the sum forgets a part of the messages on the way", { timeout: 600_000 }, async () => {
    for (const part of ["sent", "delayed", "messages"] as const) {
      expect(await firstCaught(part), part).toBeDefined();
    }
    expect(await firstCaught(undefined)).toBeUndefined();
  });
});

/** The first of some worlds in which a fold that ignores this part differs from the brute force, or raises a false alarm. */
async function firstCaught(part: "sent" | "delayed" | "messages" | undefined): Promise<string | undefined> {
  const make = (rule: CompiledRule): InvariantFold =>
    part === undefined ? new InvariantFold(rule, { decode }) : new Forgetful(rule, part);
  for (let seed = 0; seed < 8; seed += 1) {
    const { found } = await tell(`keeps ${seed}`, { keeps: true, make });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A fold with the planted bug. */
class Forgetful extends InvariantFold {
  readonly #part: "sent" | "delayed" | "messages";

  constructor(rule: CompiledRule, part: "sent" | "delayed" | "messages") {
    super(rule, { decode });
    this.#part = part;
  }

  override take(record: JournalRecord): void {
    super.take({ ...record, [this.#part]: [], ...(this.#part === "messages" ? { messagesTotal: 0 } : {}) });
  }
}

function report(text: string): void {
  if (process.env["SIGNALBOX_INVARIANT_WORLDS"] !== undefined) console.info(text);
}
