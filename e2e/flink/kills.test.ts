/**
 * kill -9 of the whole Flink JVM and of the gateway amid thousands of messages: what comes out of the egress is each visit of each person
 * once. FLINK_KILLS and FLINK_MESSAGES make a longer run.
 */
import { describe, expect, it } from "vitest";
import { FlinkStand, judge, skipped, whyNoFlink } from "./flink-stand.ts";

const kills = Number(process.env["FLINK_KILLS"] ?? 4);
const messages = Number(process.env["FLINK_MESSAGES"] ?? 4_000);
const people = 200;

describe.skipIf(whyNoFlink !== undefined)(`a gateway on Flink under kills${skipped}`, () => {
  it(
    "loses and doubles nothing, whichever process is killed",
    async () => {
      await using stand = await FlinkStand.start();
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
          const victim = [stand.cluster, stand.gateway, stand.functions][turn % 3] ?? stand.cluster;
          await victim.kill();
          await victim.start();
        }
        await sending;
      }
      await stand.came(sent.length);
      expect(judge(sent, await stand.greetings())).toEqual({ lost: 0, doubled: 0 });
    },
    300_000 + kills * 60_000,
  );

  it("the judge sees a lost and a doubled greeting", () => {
    const greeting = (visits: number) => ({ text: `Welcome anna!`, visits });
    expect(judge(["anna", "anna"], [greeting(1), greeting(2)])).toEqual({ lost: 0, doubled: 0 });
    expect(judge(["anna", "anna"], [greeting(1)])).toEqual({ lost: 1, doubled: 0 });
    expect(judge(["anna", "anna"], [greeting(1), greeting(2), greeting(2)])).toEqual({ lost: 0, doubled: 1 });
  });
});
