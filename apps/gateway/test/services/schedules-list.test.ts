/**
 * The list of very many schedules: their next runs are searched in calendars, and that must not delay others.
 */
import { Cron } from "croner";
import { expect, it, vi } from "vitest";
import { CronTimes } from "../../src/connectors/schedule/cron-times.ts";
import { openSchedule } from "../../src/connectors/schedule/schedule-ingress.ts";
import { positionText, stateOf } from "../../src/connectors/schedule/schedule-position.ts";
import { scheduleIngress } from "../../src/connectors/schedule/schedule.ts";
import { zoneOffsets } from "../../src/connectors/schedule/zone-offsets.ts";
import type { IngressContext, ScheduleControl } from "../../src/connectors/connector.ts";
import { gatewayItself } from "../../src/contract/principal.ts";
import { schedulesService } from "../../src/services/schedules/schedules-service.ts";

it("yields the thread to others after each schedule", async () => {
  const count = 50;
  const view = {
    direction: "ingress",
    kind: scheduleIngress.kind,
    word: "schedule",
    module: "m",
    note: undefined,
    counts: {},
    canCheck: false,
  } as const;
  const facts = { when: "", misfire: "", target: { type: "a/b", id: "c" }, pausedSinceMs: null, nextMs: [], sent: 0, runs: [] };
  let turns = 0;
  let done = false;
  const next = (): void => {
    turns++;
    if (!done) setImmediate(next);
  };
  setImmediate(next);
  const service = schedulesService({
    connectors: {
      views: () => Array.from({ length: count }, (_, index) => ({ ...view, id: `s/n${index}`, state: { kind: "running", sinceMs: 0 } })),
      schedule: () => ({ facts: () => facts }),
    } as never,
  });
  const listed = await service.list(gatewayItself("test"), undefined as never, undefined as never);
  done = true;
  expect(listed).toHaveLength(count);
  expect(turns).toBeGreaterThanOrEqual(count);
});

const rareDay = { kind: "cron", cron: "0 0 29 2 *", timeZone: "Europe/Berlin" } as const;

function opened(end: AbortController): ReturnType<typeof openSchedule> {
  const context = {
    ...{ id: "s/n", signal: end.signal, nowMs: () => 1_800_000_000_000, steadyMs: () => 0, draw: () => 0 },
    ...{ position: async () => undefined, accept: async () => undefined, note: () => undefined, count: () => undefined },
    wait: () => new Promise<void>((resolve) => end.signal.addEventListener("abort", () => resolve(), { once: true })),
  } as Partial<IngressContext> as IngressContext;
  const spec = {
    when: rareDay,
    target: "a/b",
    entityId: "c",
    value: undefined,
    valueType: "a/x",
    jitterMs: 0,
    lateMs: 60_000,
    misfire: { kind: "one" },
  } as const;
  return openSchedule(spec, context);
}

it("computes the next runs of a schedule once, however often it is asked, until one has run", async () => {
  const end = new AbortController();
  const open = await opened(end);
  const schedule: ScheduleControl | undefined = open.schedule;
  const first = schedule?.facts().nextMs;
  const looks = vi.spyOn(CronTimes.prototype, "next");
  expect(schedule?.facts().nextMs).toEqual(first);
  expect(looks).not.toHaveBeenCalled();
  looks.mockRestore();
  end.abort();
});

it("computes the clocks of a zone once for all its schedules", () => {
  expect(zoneOffsets("Asia/Kathmandu")).toBe(zoneOffsets("Asia/Kathmandu"));
});

it("looks through the calendar once for each run, whatever the clocks of its zone do", () => {
  const times = new CronTimes(rareDay.cron, rareDay.timeZone);
  const looks = vi.spyOn(Cron.prototype, "nextRun");
  let ms: number | undefined = 1_800_000_000_000;
  for (let runs = 0; runs < 5 && ms !== undefined; runs++) ms = times.next(ms);
  expect(new Date(ms ?? 0).toISOString()).toBe("2044-02-28T23:00:00.000Z");
  // It was three looks for each before the last answer was kept.
  expect(looks.mock.calls.length).toBeLessThanOrEqual(6);
  looks.mockRestore();
});

it("yields the thread between two schedules that open at one moment", async () => {
  const end = new AbortController();
  let turn = 0;
  const next = (): void => {
    turn++;
    if (!end.signal.aborted) setImmediate(next);
  };
  setImmediate(next);
  const looks = vi.spyOn(CronTimes.prototype, "next");
  const turns: number[] = [];
  looks.mockImplementation(() => {
    turns.push(turn);
    return undefined;
  });
  const open = await Promise.all(Array.from({ length: 20 }, () => opened(end)));
  // The place where a schedule begins is durable before it looks.
  for (const one of open) one.durable?.(positionText(rareDay, stateOf(rareDay, undefined, 1_800_000_000_000)), "");
  await vi.waitFor(() => expect(turns.length).toBeGreaterThanOrEqual(20), { timeout: 30_000 });
  end.abort();
  looks.mockRestore();
  expect(new Set(turns).size).toBe(turns.length);
});
