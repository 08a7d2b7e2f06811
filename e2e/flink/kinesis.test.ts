/**
 * Kinesis on Flink: a module with StateFun's Kinesis kinds runs with StateFun's own connectors in the job, stream to function to stream,
 * against kinesis-local: Amazon's Java client reads, its producer library writes.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endpointYaml } from "../stack/functions.ts";
import { KinesisLocal } from "../stack/kinesis-local.ts";
import { until } from "../stack/until.ts";
import { skipped, whyNoFlink } from "./flink-stand.ts";
import { RelayStand } from "./relay-stand.ts";

const records = 60;
/** A flag of Amazon's Java client, as StateFun's distribution has it. */
const anyCertificate = "-Dorg.apache.flink.kinesis.shaded.com.amazonaws.sdk.disableCertChecking=true";

describe.skipIf(whyNoFlink !== undefined)(`Kinesis on Flink, by StateFun's own connectors${skipped}`, () => {
  let stand: RelayStand<KinesisLocal>;
  beforeAll(async () => {
    stand = await RelayStand.start({
      system: () => KinesisLocal.start(),
      relay: "e2e/functions/kinesis-relay.ts",
      jvmFlags: [anyCertificate],
    });
    for (const stream of ["in", "out"]) await stand.system.create(stream, 2);
  }, 300_000);
  afterAll(async () => stand?.[Symbol.asyncDispose]());

  test("stream to function to stream: none is lost", async () => {
    const { system: kinesis, gateway } = stand;
    const keys = ["a", "b", "c"];
    for (let number = 1; number <= records; number++) await kinesis.put("in", keys[number % 3] ?? "", String(number));
    await gateway.api.applyModule("relay", relayYaml(stand));
    const found = async (): Promise<string[] | undefined> => {
      const texts = [...new Set(await kinesis.texts("out"))];
      return texts.length >= records ? texts : undefined;
    };
    const texts = await until(found, { what: "records to come out", said: () => gateway.output, timeoutMs: 180_000 });
    expect(texts).toHaveLength(records);
    // Amazon's producer library decides the order in which it writes records that are under way at once.
    for (const key of keys) {
      const counts = texts.filter((text) => text.startsWith(`${key} `)).map((text) => Number(text.split(" ")[2]));
      expect(counts.toSorted((one, other) => one - other)).toEqual(counts.map((_, index) => index + 1));
    }
  }, 400_000);

  function relayYaml({ system, functions }: RelayStand<KinesisLocal>): string {
    const access = `  awsRegion: {type: custom-endpoint, endpoint: "https://127.0.0.1:${system.tlsPort}", id: us-east-1}\n  awsCredentials: {type: basic, accessKeyId: local, secretAccessKey: local}\n`;
    return [
      endpointYaml("test/*", functions.url),
      `kind: io.statefun.kinesis.v1/ingress\nspec:\n  id: test/in\n${access}  startupPosition: {type: earliest}\n  streams: [{stream: in, valueType: test/record, targets: [test/relay]}]\n`,
      `kind: io.statefun.kinesis.v1/egress\nspec:\n  id: test/out\n${access}  clientConfigProperties: [VerifyCertificate: false, MetricsLevel: none, AggregationEnabled: false]\n`,
    ].join("---\n");
  }
});
