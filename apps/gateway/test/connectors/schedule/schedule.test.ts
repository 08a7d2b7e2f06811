/** The schedule ingress: over an engine in memory on a clock that the test moves, and in a whole gateway over a restart. */
import { EngineError } from "@signalbox/runtime";
import { afterEach, describe, expect, test } from "vitest";
import { scheduleIngress } from "../../../src/connectors/schedule/schedule.ts";
import type { ScheduleSpec } from "../../../src/connectors/schedule/schedule-spec.ts";
import { positionText, stateOf } from "../../../src/connectors/schedule/schedule-position.ts";
import { producerOf } from "../../../src/connectors/position.ts";
import { parseModule } from "../../../src/modules/parse-module.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../../support/start-gateway.ts";
import { connectorStand, type ConnectorStand } from "../connector-stand.ts";
import { settled, until } from "../manual-clock.ts";
import { timedConformance } from "../timed-conformance.ts";

const minuteMs = 60_000;
const spec = (change: Partial<ScheduleSpec> = {}): ScheduleSpec => ({
  when: { kind: "every", everyMs: minuteMs },
  target: "shop/report",
  entityId: "daily",
  value: undefined,
  valueType: "shop/Run",
  jitterMs: 0,
  lateMs: 10_000,
  misfire: { kind: "one" },
  ...change,
});

let stand: ConnectorStand | undefined;
afterEach(() => stand?.supervisor.close());

async function begun(change: Partial<ScheduleSpec> = {}, before?: ConnectorStand): Promise<ConnectorStand> {
  await before?.supervisor.close();
  const made = connectorStand(scheduleIngress, spec(change), before?.engine);
  if (before !== undefined) made.clock.set(before.clock.nowMs());
  stand = made;
  await made.begin();
  await until(made.clock, () => made.state() === "running" && made.engine.positions.size === 1);
  return made;
}

const dueOf = (text: string): number => Date.parse((JSON.parse(text) as { due: string }).due);

timedConformance(scheduleIngress, "of a schedule", {
  spec: spec({ misfire: { kind: "all", max: 100 } }),
  dueAfter: (ms, count) => Array.from({ length: count }, (_, index) => (Math.floor(ms / minuteMs) + 1 + index) * minuteMs),
  dueOf,
});

const runsOf = ({ engine }: ConnectorStand): number[] => engine.texts().map(dueOf);
const control = ({ supervisor }: ConnectorStand) => supervisor.schedule("shop/io") ?? expect.fail();
const tenMinutes = (fromMs: number): number[] =>
  Array.from({ length: 10 }, (_, index) => (Math.floor(fromMs / minuteMs) + 1 + index) * minuteMs);

describe("a schedule", () => {
  test("sends each run when it is due, with its time, and keeps it in the position", async () => {
    const one = await begun();
    const startMs = one.clock.nowMs();
    await until(one.clock, () => one.engine.taken.length === 10);
    expect(runsOf(one)).toEqual(tenMinutes(startMs));
    expect(one.engine.taken[0]).toMatchObject({ target: { type: "shop/report", id: "daily" }, value: { typename: "shop/Run" } });
    await until(one.clock, () => control(one).facts().sent === 10);
    const { lastMs } = stateOf(spec().when, one.engine.positions.get(producerOf("shop/io", ""))?.text, 0);
    expect(lastMs).toBe(runsOf(one).at(-1));
  });

  test("goes on after a restart at its place, and sends nothing twice", async () => {
    const first = await begun();
    const startMs = first.clock.nowMs();
    await until(first.clock, () => first.engine.taken.length === 4);
    const second = await begun({}, first);
    await until(second.clock, () => second.engine.taken.length === 10);
    expect(runsOf(second)).toEqual(tenMinutes(startMs));
  });

  test("that was down sends the missed runs that its policy chooses, and reports it", async () => {
    for (const [misfire, sent] of [
      [{ kind: "one" }, 1],
      [{ kind: "all", max: 5 }, 5],
      [{ kind: "skip" }, 0],
    ] as const) {
      const first = await begun({ misfire });
      await first.supervisor.close();
      first.clock.set((Math.floor(first.clock.nowMs() / minuteMs) + 120) * minuteMs + 30_000);
      const second = await begun({ misfire }, first);
      await until(second.clock, () => control(second).facts().runs.length > 0);
      const { runs } = control(second).facts();
      expect([second.engine.taken.length, runs.filter(({ kind }) => kind === "missed").length]).toEqual([sent, sent]);
      expect(runs.some(({ kind }) => kind === "left-out")).toBe(true);
      expect(second.supervisor.views()[0]?.note?.what).toMatch(/^Runs were missed: .* were left out\.$/);
      await until(second.clock, () => second.engine.taken.length === sent + 1);
      expect(control(second).facts().runs[0]?.kind).toBe("in-time");
    }
  });

  test("goes back with a restored savepoint, and runs that came due since count as missed", async () => {
    const one = await begun({ misfire: { kind: "all", max: 100 } });
    const startMs = one.clock.nowMs();
    await until(one.clock, () => one.engine.taken.length === 2);
    const restore = one.engine.savepoint();
    await until(one.clock, () => one.engine.taken.length === 5);
    restore();
    await until(one.clock, () => one.engine.taken.length === 10);
    expect(runsOf(one)).toEqual(tenMinutes(startMs));
  });

  test("survives a clock that is put forward and back: no run comes twice", async () => {
    const one = await begun();
    await until(one.clock, () => one.engine.taken.length === 1);
    one.clock.set(one.clock.nowMs() + 60 * minuteMs);
    await until(one.clock, () => one.engine.taken.length >= 3);
    const aheadMs = one.clock.nowMs();
    one.clock.set(aheadMs - 60 * minuteMs);
    await until(one.clock, () => one.supervisor.views()[0]?.note?.what.startsWith("The clock is") === true);
    const before = one.engine.taken.length;
    await until(one.clock, () => one.engine.taken.length === before + 3);
    const runs = runsOf(one);
    expect(runs).toEqual([...new Set(runs)].sort((a, b) => a - b));
    expect(one.clock.nowMs()).toBeGreaterThan(aheadMs);
  });

  test("that cannot be taken waits, and is neither lost nor doubled when the answer was lost", async () => {
    const one = await begun();
    const startMs = one.clock.nowMs();
    one.engine.refusals.push({ error: new EngineError("OVERLOADED", "too much waits", "Wait.", 1000), after: false });
    one.engine.refusals.push({ error: new EngineError("STORE_FAILED", "not acknowledged", "Wait."), after: true });
    await until(one.clock, () => one.engine.taken.length === 10);
    expect(runsOf(one)).toEqual(tenMinutes(startMs));
  });

  test("is paused and resumed by a person, over a restart, and runs that came due meanwhile are not sent", async () => {
    const first = await begun();
    await until(first.clock, () => first.engine.taken.length === 1);
    await control(first).pause();
    expect(control(first).facts()).toMatchObject({ pausedSinceMs: expect.any(Number), nextMs: [] });
    const second = await begun({}, first);
    second.clock.set(second.clock.nowMs() + 30 * minuteMs);
    await settled();
    for (let turns = 0; turns < 5; turns++) {
      second.clock.next();
      await settled();
    }
    expect(second.engine.taken).toHaveLength(1);
    await control(second).resume();
    const resumedMs = second.clock.nowMs();
    await until(second.clock, () => second.engine.taken.length === 3);
    expect(runsOf(second).slice(1)).toEqual(tenMinutes(resumedMs).slice(0, 2));
  });

  test("is run by a person at once, beside its times, also while it is paused", async () => {
    const one = await begun();
    await control(one).pause();
    await control(one).runNow();
    await control(one).runNow();
    expect(one.engine.taken).toHaveLength(2);
    expect(control(one).facts()).toMatchObject({ sent: 2, runs: [{ kind: "by-hand" }, { kind: "by-hand" }] });
    expect(one.supervisor.views()[0]?.counts).toEqual({ "by-hand": 2 });
  });

  test("whose times change has missed none of the new ones", async () => {
    const first = await begun();
    await until(first.clock, () => first.engine.taken.length === 1);
    const second = await begun({ when: { kind: "every", everyMs: 1000 }, misfire: { kind: "all", max: 100 } }, first);
    const changedMs = second.clock.nowMs();
    await until(second.clock, () => second.engine.taken.length === 3);
    expect(
      runsOf(second)
        .slice(1)
        .every((ms) => ms > changedMs),
    ).toBe(true);
  });

  test("with nothing left to run stays open, and says so", async () => {
    const atMs = 1_700_000_000_000 + minuteMs;
    const one = await begun({ when: { kind: "at", atMs: [atMs] }, value: "now", valueType: "io.statefun.types/string" });
    await until(one.clock, () => one.engine.taken.length === 1);
    expect(one.engine.texts()).toEqual(["\n\u0003now"]);
    await until(one.clock, () => control(one).facts().sent === 1);
    expect([one.state(), control(one).facts().nextMs]).toEqual(["running", []]);
  });
});

test("a position stays small, and a foreign one begins anew", () => {
  const runs = Array.from({ length: 500 }, (_, index) => ({
    dueMs: 1_700_000_000_000 + index,
    atMs: 1_700_000_000_000,
    kind: "left-out" as const,
  }));
  const text = positionText(spec().when, { lastMs: 1_700_000_000_000, pausedSinceMs: 1_700_000_000_000, sent: 2 ** 40, runs });
  expect(Buffer.byteLength(text)).toBeLessThan(4096);
  expect(stateOf(spec().when, text, 5).runs).toEqual(runs.slice(-40));
  for (const other of [undefined, "", "12", '{"offset":3}'])
    expect(stateOf(spec().when, other, 5)).toMatchObject({ lastMs: 5, sent: 0, runs: [] });
});

describe("the module of a schedule", () => {
  const issuesOf = (lines: string, env = {}): string =>
    parseModule({ name: "m", yaml: `kind: io.signalbox.schedule.v1/ingress\nspec:\n  id: a/b\n  target: c/d\n${lines}`, env })
      .issues.map(({ message }) => message)
      .join("\n");

  test.each([
    [
      "a pattern that is none",
      "  entityId: x\n  when: {type: cron, cron: 61 * * * *}",
      /spec.when.cron` cannot be used: Invalid value for minute: 61/,
    ],
    ["a day that never comes", "  entityId: x\n  when: {type: cron, cron: 0 0 30 2 *}", /no day is ever like this/],
    [
      "a zone that is none",
      '  entityId: x\n  when: {type: cron, cron: "0 0 * * *", timeZone: Mars/Base}',
      /"Mars\/Base" is no IANA time zone/,
    ],
    ["too short a time", "  entityId: x\n  when: {type: every, every: 10ms}", /must be at least 1 s/],
    ["a moment without a zone", '  entityId: x\n  when: {type: at, at: ["2026-12-24T18:00:00"]}', /is no moment/],
    ["a day that is none", '  entityId: x\n  when: {type: at, at: ["2026-13-45T18:00:00Z"]}', /is no moment/],
    ["too many missed ones", "  entityId: x\n  when: {type: every, every: 1s}\n  misfire: {type: all, max: 5000}", /from 1 to 1000/],
    ["no entity", "  when: {type: every, every: 1s}", /lacks `entityId`/],
  ])("with %s is refused", (_name, lines, reason) => {
    expect(issuesOf(lines)).toMatch(reason);
  });

  test("says when it runs where everybody sees it", () => {
    expect(issuesOf('  entityId: x\n  when: {type: cron, cron: "${WHEN}"}', { WHEN: "* * * * *" })).toMatch(/cannot come from a variable/);
  });
});

describe("in a whole gateway", () => {
  test("every run is one message, over restarts, and people see and steer the schedule over HTTP", async () => {
    const functions = await startFunctions();
    const yaml = `kind: io.signalbox.schedule.v1/ingress
spec:
  id: test/tick
  when: {type: every, every: 1s}
  target: test/visits
  entityId: ticks
  value: tick
  late: 1h
`;
    const path = "/v1/schedules/test/tick";
    interface View {
      readonly schedule: { readonly sent: number; readonly runs: readonly { readonly dueMs: number }[] };
    }
    const runs = new Set<number>();
    const sentAtLeast = (box: TestGateway, count: number): Promise<unknown> =>
      box.until(path, (body) => {
        const { schedule } = body as View;
        if (schedule === null) return false;
        for (const { dueMs } of schedule.runs) runs.add(dueMs);
        return schedule.sent >= count;
      });
    let box = await startGateway();
    try {
      await box.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
      expect((await box.fetch("/v1/modules/tick", { method: "PUT", body: yaml })).status).toBe(200);
      await sentAtLeast(box, 2);
      for (const restart of [1, 2]) {
        await box.gateway.stop();
        box = await startGateway({ dataDir: box.dataDir });
        await sentAtLeast(box, 2 + restart * 2);
      }
      expect((await box.fetch(`${path}/pause`, { method: "POST" })).status).toBe(200);
      expect((await box.fetch(`${path}/run-now`, { method: "POST" })).status).toBe(200);
      const { schedule } = (await (await box.fetch(path)).json()) as View;
      // One run was started by hand; the others follow each other by one second.
      const times = schedule.runs.slice(1).map(({ dueMs }) => dueMs);
      expect(times).toEqual(times.map((_, index) => (times[0] ?? 0) - index * 1000));
      await box.until("/v1/entities/test/visits/ticks", (body) => JSON.stringify(body).includes(`"value":${schedule.sent}`));
      expect((await box.fetch(`${path}/resume`, { method: "POST" })).status).toBe(200);
      const list = (await (await box.fetch("/v1/schedules")).json()) as { schedules: { id: string }[] };
      expect(list.schedules.map(({ id }) => id)).toEqual(["test/tick"]);
      expect((await box.fetch("/v1/schedules/test/none")).status).toBe(404);
    } finally {
      await box[Symbol.asyncDispose]();
      await functions.close();
    }
  });
});
