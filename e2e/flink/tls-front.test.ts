/** A real Flink behind a proxy with TLS that wants a header Authorization: a job is brought through it; a wrong one is named with its setting. */
import { expect, test } from "vitest";
import { FlinkCluster } from "../stack/flink-cluster.ts";
import { TlsFront } from "../stack/tls-front.ts";
import { until } from "../stack/until.ts";
import { FlinkStand, judge, skipped, whyNoFlink } from "./flink-stand.ts";

const basic = `Basic ${Buffer.from("flink:käse").toString("base64")}`;

test.skipIf(whyNoFlink !== undefined)(
  `a gateway on Flink behind TLS and basic authentication${skipped}`,
  async () => {
    const cluster = await FlinkCluster.start();
    await using front = await TlsFront.start(cluster.url, basic);
    await using stand = await FlinkStand.on(cluster, {
      SIGNALBOX_FLINK_URL: front.url,
      SIGNALBOX_FLINK_AUTHORIZATION: basic,
      NODE_EXTRA_CA_CERTS: front.certificate,
    });
    expect(await stand.apply(stand.module())).toMatchObject({ status: 200 });
    await stand.send(["anna", "anna"]);
    await stand.came(2);
    expect(judge(["anna", "anna"], await stand.greetings())).toEqual({ lost: 0, doubled: 0 });

    // The proxy wants something else from now on: the gateway is not known any more, and says which setting is wrong.
    front.authorization = "Bearer another";
    const health = async (): Promise<{ code?: string; cure?: string }> =>
      ((await (await fetch(`${stand.gateway.url}/health`)).json()) as { health: { code?: string; cure?: string } }).health;
    await until(async () => (await health()).code === "CLUSTER_REFUSED", { what: "the refusal to be told", timeoutMs: 60_000 });
    const refused = await stand.apply(stand.module("---\nkind: io.signalbox.v1/egress\nspec:\n  id: example/others\n"));
    expect(refused).toMatchObject({ status: 409, body: expect.stringContaining("SIGNALBOX_FLINK_AUTHORIZATION") });
    front.authorization = basic;
    await until(async () => (await health()).code === undefined, { what: "the gateway to be well again", timeoutMs: 60_000 });
    expect(await stand.jobs()).toMatchObject([{ state: "RUNNING" }]);
  },
  400_000,
);
