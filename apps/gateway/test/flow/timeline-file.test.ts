import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescriptorRegistry } from "@signalbox/proto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createValueCodec } from "../../src/values/value-codec.ts";
import { FlowCollector } from "../../src/flow/flow-collector.ts";
import { LiveFlow } from "../../src/flow/live-flow.ts";
import { readTimeline, TimelineKeeper, timelineFileName } from "../../src/flow/timeline-file.ts";
import { attemptFailed, ended } from "./events.ts";

const cart = { type: "shop/cart", id: "ada" };
let folder: string;
let path: string;
let nowMs = 1_000_000_000;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-timeline-"));
  path = join(folder, timelineFileName);
  nowMs = 1_000_000_000;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function newFlow(): { flow: LiveFlow; second: () => void; collector: FlowCollector } {
  const values = createValueCodec(new DescriptorRegistry());
  const flow = new LiveFlow({ values, counts: () => ({ modules: 0, savepoints: 0 }), nowMs: () => nowMs });
  const collector = new FlowCollector();
  const second = (): void => {
    const digest = collector.digest();
    if (digest !== undefined) flow.add(digest);
    nowMs += 1_000;
    flow.tick();
  };
  return { flow, second, collector };
}

async function kept(flow: LiveFlow): Promise<void> {
  const warnings: string[] = [];
  await new TimelineKeeper({ path, timeline: () => flow.timeline(), warn: (message) => warnings.push(message) }).stop();
  expect(warnings).toEqual([]);
}

describe("the timeline", () => {
  test("goes on after a restart: messages, failures and marks, and the seconds in between stay unknown", async () => {
    const before = newFlow();
    before.collector.on(ended(1, cart, { messagesTotal: 7 }));
    before.collector.on(attemptFailed(cart));
    before.flow.mark("module", "shop revision 2");
    before.flow.mark("savepoint", "s-1");
    before.second();
    await kept(before.flow);

    nowMs += 30_000;
    const after = newFlow();
    after.flow.recallTimeline(await readTimeline(path));
    after.collector.on(ended(2, cart));
    after.second();
    expect(after.flow.timeline()).toEqual([
      {
        atMs: 1_000_000_000,
        messages: 7,
        failures: 1,
        marks: [
          { kind: "module", text: "shop revision 2" },
          { kind: "savepoint", text: "s-1" },
        ],
      },
      { atMs: 1_000_031_000, messages: 1, failures: 0, marks: [] },
    ]);
  });

  test("counts a parked entity's last attempt once", () => {
    const { flow, second, collector } = newFlow();
    collector.on(attemptFailed(cart));
    const failure = { code: "REPLY_MALFORMED", scope: "entity", message: "", cure: "", retryAfterMs: undefined, raw: undefined } as const;
    collector.on(ended(1, cart, { outcome: { kind: "parked", failure } }));
    second();
    expect(flow.timeline().at(-1)?.failures).toBe(1);
  });

  test("is written aside and renamed, and an engine at rest writes nothing", async () => {
    const { flow, second } = newFlow();
    second();
    await kept(flow);
    expect(await readdir(folder)).toEqual([]);
    flow.mark("restore", "s-1");
    second();
    await kept(flow);
    expect(await readdir(folder)).toEqual([timelineFileName]);
  });

  test.each(["", "{", "null", '{"version":2,"buckets":[]}', '{"version":1,"buckets":[[1,-1,0,[]]]}'])(
    "is none where its file says %j",
    async (text) => {
      await writeFile(path, text);
      expect(await readTimeline(path)).toEqual([]);
    },
  );

  test("that cannot be written is said once and holds up nothing", async () => {
    const { flow, second } = newFlow();
    flow.mark("restore", "s-1");
    second();
    const warnings: string[] = [];
    const keeper = new TimelineKeeper({
      path: join(folder, "no", "such", "folder"),
      timeline: () => flow.timeline(),
      warn: (message) => warnings.push(message),
    });
    await keeper.stop();
    await keeper.stop();
    expect(warnings.length).toBe(1);
    await expect(readFile(path)).rejects.toThrow();
  });
});
