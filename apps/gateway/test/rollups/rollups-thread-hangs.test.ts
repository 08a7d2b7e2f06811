/** The gateway's side of the rollups while their thread is held up, as by a disk that does not answer: it waits for it within a bound. */
import { EventEmitter } from "node:events";
import { expect, it, vi } from "vitest";
import { Rollups } from "../../src/rollups/rollups.ts";
import type { RollupReply, RollupRequest } from "../../src/rollups/rollup-question.ts";

const started: HeldThread[] = [];

class HeldThread extends EventEmitter {
  readonly posted: RollupRequest[] = [];

  constructor() {
    super();
    started.push(this);
  }

  postMessage(request: RollupRequest): void {
    this.posted.push(request);
    if (request.kind === "end") this.emit("exit");
  }

  reply(reply: RollupReply): void {
    this.emit("message", reply);
  }

  unref(): void {}

  terminate(): Promise<number> {
    return Promise.resolve(0);
  }
}

// The class does not exist yet when this runs.
vi.mock("node:worker_threads", async (original) => ({
  ...(await original<object>()),
  Worker: function startHeldThread() {
    return new HeldThread();
  },
}));

it("a stuck thread is sent 300 marks and seconds, the rest is left out with a warning, and it goes on when it takes again", async () => {
  const warnings: string[] = [];
  const rollups = new Rollups({
    path: "unused",
    dataDir: "unused",
    bytesMax: 1,
    nowMs: () => 0,
    gauges: () => ({ all: {}, types: new Map() }),
    endpointOf: () => undefined,
    warn: (message) => warnings.push(message),
  });
  rollups.begin();
  const [thread] = started;
  const mark = (): void => rollups.mark({ atMs: 0, kind: "savepoint", text: "s" });
  for (let n = 0; n < 1_000; n += 1) mark();
  expect(thread?.posted).toHaveLength(300);
  expect(warnings).toEqual([expect.stringContaining("has taken nothing for minutes")]);
  for (let n = 0; n < 200; n += 1) thread?.reply({ kind: "taken" });
  for (let n = 0; n < 1_000; n += 1) mark();
  expect(thread?.posted).toHaveLength(500);
  await rollups.close();
});
