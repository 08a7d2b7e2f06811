/**
 * JobManager and two TaskManagers as JVMs of their own, and kill -9 of each alone, of the gateway and of the functions amid thousands of
 * messages: what comes out of the egress is each visit of each person once. FLINK_KILLS and FLINK_MESSAGES make a longer run.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FlinkProcesses, type FlinkProcess } from "../stack/flink-processes.ts";
import { until } from "../stack/until.ts";
import { FlinkStand, judge, skipped, whyNoFlink } from "./flink-stand.ts";

const kills = Number(process.env["FLINK_KILLS"] ?? 5);
const messages = Number(process.env["FLINK_MESSAGES"] ?? 4_000);
const people = 200;
type Victim = FlinkProcess | "gateway" | "functions";
const victims: readonly Victim[] = ["taskmanager-1", "gateway", "jobmanager", "functions", "taskmanager-2"];

interface Checkpoints {
  readonly latest: { readonly failed: unknown };
}

describe.skipIf(whyNoFlink !== undefined)(`a gateway on Flink in JVMs of its own${skipped}`, () => {
  let stand: FlinkStand<FlinkProcesses>;
  beforeAll(async () => {
    stand = await FlinkStand.on(await FlinkProcesses.start(), { SIGNALBOX_FLINK_PARALLELISM: "2" });
  }, 300_000);
  afterAll(async () => stand?.[Symbol.asyncDispose]());

  /** Returns the point from which a job that the gateway started was started. */
  async function restoredFrom(job: string): Promise<string | undefined> {
    const { latest } = (await stand.cluster.rest(`/jobs/${job}/checkpoints`)) as {
      latest: { restored?: { external_path?: string } | null };
    };
    return latest.restored?.external_path;
  }

  it(
    "loses and doubles nothing, whichever of them is killed",
    async () => {
      expect(await stand.apply(stand.module())).toMatchObject({ status: 200 });
      const sent: string[] = [];
      const piece = Math.ceil(messages / (kills + 1));
      for (let turn = 0; turn <= kills; turn++) {
        const ids = Array.from({ length: piece }, (_, index) => `p${(turn * piece + index) % people}`);
        sent.push(...ids);
        const sending = stand.send(ids);
        if (turn < kills) {
          // The kill comes at a random place in this piece.
          await stand.came(turn * piece + Math.ceil(Math.random() * piece * 0.5));
          await killed(victims[turn % victims.length] ?? "jobmanager");
        }
        await sending;
      }
      await stand.came(sent.length);
      expect(judge(sent, await stand.greetings())).toEqual({ lost: 0, doubled: 0 });
    },
    300_000 + kills * 60_000,
  );

  it("is set to another parallelism and back with its state; settings are those that Flink itself has", async () => {
    const rescale = (parallelism: number): Promise<Response> =>
      fetch(`${stand.gateway.url}/v1/runtime/cluster/rescale`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ parallelism }),
      });
    const [before] = await stand.jobs();
    const refused = await rescale(3);
    expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining("2 free slots of 2, and 3 are needed")]);
    expect(await stand.jobs()).toMatchObject([{ jid: before?.jid }]);
    const came = await stand.waiting();
    const person = `p${people}`;
    for (const [turn, parallelism] of [1, 2].entries()) {
      const answer = await rescale(parallelism);
      expect([answer.status, await answer.text()]).toEqual([204, ""]);
      await stand.send([person]);
      await stand.came(came + turn + 1);
      expect((await stand.greetings()).at(-1)).toMatchObject({ text: expect.stringContaining(person), visits: turn + 1 });
      const seen = async (): Promise<boolean> => JSON.stringify(await cluster()).includes(`"parallelism":${parallelism},"checkpoints"`);
      await until(seen, { what: `parallelism ${parallelism} in the console's view`, timeoutMs: 60_000 });
    }
    expect(await cluster()).toMatchObject({
      settings: { parallelism: 2, requestsPerTaskMax: 256, poolConnectionsMax: 128 },
      job: { checkpoints: { intervalMs: 500, mode: "exactly-once" } },
    });
  }, 300_000);

  /**
   * A savepoint that has to end the job and cannot be written makes Flink give up the checkpoint that is in flight, and the job continues.
   * Its tasks hang in that checkpoint if its barrier was on its way just then; that is StateFun's doing.
   */
  it("goes on by itself when Flink has given up a checkpoint, and its tasks hang in it", async () => {
    const [before] = await stand.jobs();
    const checkpoints = (): Promise<Checkpoints> => stand.cluster.rest(`/jobs/${before?.jid}/checkpoints`) as Promise<Checkpoints>;
    const given = async (): Promise<boolean> => {
      if ((await checkpoints()).latest.failed !== null) return true;
      // It does not ask whether a checkpoint is in flight, because Flink's answer is some seconds old. Some messages under way make the
      // checkpoint last.
      await stand.send(Array.from({ length: 20 }, () => `p${people + 1}`));
      const body = JSON.stringify({ "cancel-job": true, "target-directory": "file:///proc/nowhere" });
      await fetch(`${stand.cluster.url}/jobs/${before?.jid}/savepoints`, { method: "POST", body });
      return false;
    };
    // The checkpoint is met by chance: after each try Flink begins its next one at some moment within half a second.
    await until(given, { what: "a checkpoint in flight to be given up", timeoutMs: 180_000, everyMs: 400 });
    const person = `p${people + 2}`;
    await stand.send([person]);
    const greeted = async (): Promise<number> => (await stand.greetings()).filter(({ text }) => text.includes(person)).length;
    await until(async () => (await greeted()) > 0, {
      what: `${person} to be greeted`,
      said: () => stand.cluster.output,
      timeoutMs: 180_000,
    });
    expect(await greeted()).toBe(1);
  }, 420_000);

  async function cluster(): Promise<unknown> {
    return (await fetch(`${stand.gateway.url}/v1/runtime/cluster`)).json();
  }

  async function killed(victim: Victim): Promise<void> {
    if (victim === "gateway" || victim === "functions") {
      await stand[victim].kill();
      return stand[victim].start();
    }
    const [before] = await stand.jobs();
    await stand.cluster.kill(victim);
    await stand.cluster.start(victim);
    const running = (): Promise<string | undefined> =>
      stand
        .jobs()
        .then(([job]) => (job?.state === "RUNNING" ? job.jid : undefined))
        .catch(() => undefined);
    const after = await until(running, { what: `a job after the end of ${victim}`, said: () => stand.cluster.output, timeoutMs: 180_000 });
    // Flink itself restarts the job of a TaskManager. Without the JobManager the job is gone, and the gateway starts another one from the
    // newest checkpoint.
    if (victim !== "jobmanager") return expect(after).toBe(before?.jid);
    expect(after).not.toBe(before?.jid);
    expect(await restoredFrom(after)).toContain(`${before?.jid}/chk-`);
  }
});
