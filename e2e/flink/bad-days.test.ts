/** Bad days of a gateway on a real Flink: it is gone for longer than Flink waits, a second one comes to the cluster, a function hangs while its module is changed. */
import { createServer } from "node:http";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../stack/until.ts";
import { FlinkStand, gatewayOn, judge, skipped, whyNoFlink } from "./flink-stand.ts";

/**
 * With this timeout StateFun gives up, and Flink starts the job again; the five seconds that the gateway gets in addition are most of it.
 */
const callTimeout = "  transport:\n    type: io.statefun.transports.v1/async\n    call: 1s\n";

describe.skipIf(whyNoFlink !== undefined)(`a gateway on Flink on bad days${skipped}`, () => {
  let stand: FlinkStand;
  const sent: string[] = [];
  beforeAll(async () => {
    stand = await FlinkStand.start({ SIGNALBOX_FLINK_PARALLELISM: "1" });
    const module = stand.module().replace(`${stand.functions.url}\n`, `${stand.functions.url}\n${callTimeout}`);
    expect(await stand.apply(module)).toMatchObject({ status: 200 });
  }, 300_000);
  afterAll(async () => stand?.[Symbol.asyncDispose]());

  async function say(ids: readonly string[]): Promise<void> {
    sent.push(...ids);
    await stand.send(ids);
  }

  it("a gateway that is away until Flink gives up and starts the job again loses and doubles nothing", async () => {
    await say(Array.from({ length: 300 }, (_, index) => `p${index % 20}`));
    await stand.came(100);
    await say(Array.from({ length: 300 }, (_, index) => `p${index % 20}`));
    await stand.gateway.kill();
    const [job] = await stand.jobs();
    const restarted = async (): Promise<boolean> => {
      const { counts } = (await stand.cluster.rest(`/jobs/${job?.jid}/checkpoints`)) as { counts: { restored: number } };
      return counts.restored >= 1;
    };
    await until(restarted, { what: "a restart of the job while the gateway is gone", timeoutMs: 180_000, everyMs: 200 });
    await stand.gateway.start();
    await stand.came(sent.length);
    expect(judge(sent, await stand.greetings())).toEqual({ lost: 0, doubled: 0 });
    expect(await stand.jobs()).toMatchObject([{ jid: job?.jid }]);
  }, 400_000);

  it("a second gateway on the cluster is refused with the first one's job in its words, and touches nothing", async () => {
    const before = await stand.jobs();
    await using second = await gatewayOn(stand.cluster);
    const headers = { "content-type": "application/yaml" };
    const answer = await fetch(`${second.url}/v1/modules/other`, { method: "PUT", body: stand.module(), headers });
    const body = await answer.text();
    expect([answer.status, body]).toEqual([409, expect.stringContaining("runs the job of another gateway")]);
    expect(body).toContain(before[0]?.jid ?? "no job");
    expect((await stand.jobs()).map(({ jid, state }) => [jid, state])).toEqual([[before[0]?.jid, "RUNNING"]]);
    await say(["after"]);
    await stand.came(sent.length);
  }, 300_000);

  it("a function that hangs does not keep its module from being changed", async () => {
    const hanging = createServer(() => undefined);
    hanging.listen(0, "127.0.0.1");
    await once(hanging, "listening");
    try {
      const address = hanging.address();
      const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/statefun`;
      // An endpoint that accepts the connection and never answers counts as dead too.
      const dead = await stand.apply(stand.module().replace(stand.functions.url, url));
      expect(dead).toMatchObject({ status: 409, body: expect.stringContaining("ENDPOINT_DEAD") });
      stand.functions.signal("SIGSTOP");
      await say(["held"]);
      const { inFlight } = await until(
        async () => {
          const status = (await (await fetch(`${stand.gateway.url}/v1/summary`)).json()) as { inFlight: number };
          return status.inFlight > 0 && status;
        },
        { what: "a call that hangs", timeoutMs: 60_000 },
      );
      expect(inFlight).toBeGreaterThan(0);
      const more = "---\nkind: io.signalbox.v1/egress\nspec:\n  id: example/others\n";
      expect(await stand.apply(stand.module(more))).toMatchObject({ status: 200 });
      stand.functions.signal("SIGCONT");
      await stand.came(sent.length);
      expect(judge(sent, await stand.greetings())).toEqual({ lost: 0, doubled: 0 });
    } finally {
      hanging.closeAllConnections();
      hanging.close();
    }
  }, 400_000);
});
