/**
 * A real Flink behind a proxy with TLS of an authority of its own that wants a header Authorization: a job is brought through it, by Basic
 * of a setting and by a token of a file that is replaced while it runs; a wrong one is named with its setting and shown nowhere.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

    // From now on the proxy wants another header: the gateway is refused, and says which setting is wrong.
    front.authorization = "Bearer another";
    await until(async () => (await health(stand)).code === "CLUSTER_REFUSED", { what: "the refusal to be told", timeoutMs: 60_000 });
    const refused = await stand.apply(stand.module("---\nkind: io.signalbox.v1/egress\nspec:\n  id: example/others\n"));
    expect(refused).toMatchObject({ status: 409, body: expect.stringContaining("SIGNALBOX_FLINK_AUTHORIZATION") });
    front.authorization = basic;
    await until(async () => (await health(stand)).code === undefined, { what: "the gateway to be well again", timeoutMs: 60_000 });
    expect(await stand.jobs()).toMatchObject([{ state: "RUNNING" }]);
    expect(stand.gateway.output).not.toContain(basic.slice("Basic ".length));
  },
  400_000,
);

test.skipIf(whyNoFlink !== undefined)(
  `a gateway on Flink behind TLS and a token of a file that is replaced${skipped}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-token-"));
    const tokenFile = join(folder, "token");
    const tokens = ["first-token-of-the-cluster", "second-token-of-the-cluster", "third-token-of-the-cluster"] as const;
    writeFileSync(tokenFile, `${tokens[0]}\n`);
    const cluster = await FlinkCluster.start();
    await using front = await TlsFront.start(cluster.url, `Bearer ${tokens[0]}`);
    await using stand = await FlinkStand.on(cluster, {
      SIGNALBOX_FLINK_URL: front.url,
      SIGNALBOX_FLINK_AUTHORIZATION_FILE: tokenFile,
      SIGNALBOX_FLINK_CA: front.certificate,
    });
    expect(await stand.apply(stand.module())).toMatchObject({ status: 200 });
    await stand.send(["anna"]);
    await stand.came(1);

    // A mounted token is replaced in this order: the file first, then the old token is no longer accepted.
    writeFileSync(tokenFile, tokens[1]);
    front.authorization = `Bearer ${tokens[1]}`;
    expect(await stand.apply(stand.module("---\nkind: io.signalbox.v1/egress\nspec:\n  id: example/others\n"))).toMatchObject({
      status: 200,
    });
    await stand.send(["anna"]);
    await stand.came(2);
    expect(judge(["anna", "anna"], await stand.greetings())).toEqual({ lost: 0, doubled: 0 });

    // In the other order the gateway is refused with a reason until the file has the new token.
    front.authorization = `Bearer ${tokens[2]}`;
    await until(async () => (await health(stand)).code === "CLUSTER_REFUSED", { what: "the refusal to be told", timeoutMs: 60_000 });
    expect(await health(stand)).toMatchObject({ cure: expect.stringContaining("SIGNALBOX_FLINK_AUTHORIZATION_FILE") });
    const shown = JSON.stringify(await health(stand)) + stand.gateway.output;
    for (const token of tokens) expect(shown).not.toContain(token);
    writeFileSync(tokenFile, tokens[2]);
    await until(async () => (await health(stand)).code === undefined, { what: "the gateway to be well again", timeoutMs: 60_000 });
    expect(await stand.jobs()).toMatchObject([{ state: "RUNNING" }]);
    rmSync(folder, { recursive: true });
  },
  400_000,
);

async function health(stand: FlinkStand): Promise<{ code?: string; cure?: string }> {
  return ((await (await fetch(`${stand.gateway.url}/health`)).json()) as { health: { code?: string; cure?: string } }).health;
}
