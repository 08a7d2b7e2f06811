/** The list of very many schedules: when each runs next is looked for in calendars, which must not hold up everybody else. */
import { expect, it, vi } from "vitest";
import { CronTimes } from "../../src/connectors/schedule/cron-times.ts";
import { openSchedule } from "../../src/connectors/schedule/schedule-ingress.ts";
import { scheduleIngress } from "../../src/connectors/schedule/schedule.ts";
import { zoneOffsets } from "../../src/connectors/schedule/zone-offsets.ts";
import type { IngressContext, ScheduleControl } from "../../src/connectors/connector.ts";
import { gatewayItself } from "../../src/contract/principal.ts";
import { schedulesService } from "../../src/services/schedules/schedules-service.ts";

it("gives the thread to others after each of them", async () => {
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

it("looks for the next runs of a schedule once, however often it is asked, until one has run", async () => {
  const end = new AbortController();
  const context = {
    ...{ id: "s/n", signal: end.signal, nowMs: () => 1_800_000_000_000, steadyMs: () => 0, draw: () => 0 },
    ...{ position: async () => undefined, accept: async () => undefined, note: () => undefined, count: () => undefined },
    wait: () => new Promise<void>((resolve) => end.signal.addEventListener("abort", () => resolve(), { once: true })),
  } as Partial<IngressContext> as IngressContext;
  const when = { kind: "cron", cron: "0 0 29 2 *", timeZone: "Europe/Berlin" } as const;
  const spec = {
    when,
    target: "a/b",
    entityId: "c",
    value: undefined,
    valueType: "a/x",
    jitterMs: 0,
    lateMs: 60_000,
    misfire: { kind: "one" },
  } as const;
  const open = await openSchedule(spec, context);
  const schedule: ScheduleControl | undefined = open.schedule;
  const first = schedule?.facts().nextMs;
  const looks = vi.spyOn(CronTimes.prototype, "next");
  expect(schedule?.facts().nextMs).toEqual(first);
  expect(looks).not.toHaveBeenCalled();
  looks.mockRestore();
  end.abort();
});

it("knows the clocks of a zone once for all who run by them", () => {
  expect(zoneOffsets("Asia/Kathmandu")).toBe(zoneOffsets("Asia/Kathmandu"));
});
