/**
 * Kinesis on Flink: a module with StateFun's Kinesis kinds runs with StateFun's own connectors in the job, stream to function to stream, against kinesis-local: Amazon's
 * Java client reads, its producer library writes.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePorts } from "../stack/child.ts";
import { FlinkCluster } from "../stack/flink-cluster.ts";
import { endpointYaml, Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { KinesisLocal } from "../stack/kinesis-local.ts";
import { until } from "../stack/until.ts";
import { skipped, whyNoFlink } from "./flink-stand.ts";

const records = 60;
/** Of Amazon's Java client, as StateFun's distribution has it. */
const anyCertificate = "-Dorg.apache.flink.kinesis.shaded.com.amazonaws.sdk.disableCertChecking=true";

describe.skipIf(whyNoFlink !== undefined)(`Kinesis on Flink, by StateFun's own connectors${skipped}`, () => {
  let kinesis: KinesisLocal;
  let cluster: FlinkCluster;
  let functions: Functions;
  let gateway: Gateway;
  beforeAll(async () => {
    [kinesis, cluster, functions] = await Promise.all([
      KinesisLocal.start(),
      FlinkCluster.start({ jvmFlags: [anyCertificate] }),
      Functions.start("e2e/functions/kinesis-relay.ts"),
    ]);
    const [door = 0] = await freePorts(1);
    gateway = await Gateway.start({
      SIGNALBOX_RUNTIME: "flink",
      SIGNALBOX_FLINK_URL: cluster.url,
      SIGNALBOX_FLINK_PORT: String(door),
      SIGNALBOX_FLINK_CHECKPOINT_INTERVAL_MS: "500",
    });
    for (const stream of ["in", "out"]) await kinesis.create(stream, 2);
  }, 300_000);
  afterAll(async () => {
    for (const one of [gateway, functions, cluster, kinesis]) await one?.[Symbol.asyncDispose]();
  });

  test("stream to function to stream: none is lost", async () => {
    const keys = ["a", "b", "c"];
    for (let number = 1; number <= records; number++) await kinesis.put("in", keys[number % 3] ?? "", String(number));
    await gateway.api.applyModule("relay", relayYaml());
    const found = async (): Promise<string[] | undefined> => {
      const texts = [...new Set(await kinesis.texts("out"))];
      return texts.length >= records ? texts : undefined;
    };
    const texts = await until(found, { what: "records to come out", said: () => gateway.output, timeoutMs: 180_000 });
    expect(texts).toHaveLength(records);
    // In which order Amazon's producer library writes what is on its way at once is its own affair.
    for (const key of keys) {
      const counts = texts.filter((text) => text.startsWith(`${key} `)).map((text) => Number(text.split(" ")[2]));
      expect(counts.toSorted((one, other) => one - other)).toEqual(counts.map((_, index) => index + 1));
    }
  }, 400_000);

  function relayYaml(): string {
    const access = `  awsRegion: {type: custom-endpoint, endpoint: "https://127.0.0.1:${kinesis.tlsPort}", id: us-east-1}\n  awsCredentials: {type: basic, accessKeyId: local, secretAccessKey: local}\n`;
    return [
      endpointYaml("test/*", functions.url),
      `kind: io.statefun.kinesis.v1/ingress\nspec:\n  id: test/in\n${access}  startupPosition: {type: earliest}\n  streams: [{stream: in, valueType: test/record, targets: [test/relay]}]\n`,
      `kind: io.statefun.kinesis.v1/egress\nspec:\n  id: test/out\n${access}  clientConfigProperties: [VerifyCertificate: false, MetricsLevel: none, AggregationEnabled: false]\n`,
    ].join("---\n");
  }
});
