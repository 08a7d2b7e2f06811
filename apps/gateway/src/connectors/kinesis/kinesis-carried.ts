/**
 * carriedKinesisIngress, carriedKinesisEgress: the two Kinesis kinds as StateFun's own connectors read them in the job on Flink. The
 * properties go to Amazon's Java client and producer library as they are. Neighbour: kinesis.ts, whose kinds these are.
 */
import { Secret } from "../../shape/secret.ts";
import type { SpecReader } from "../../shape/spec-reader.ts";
import type { CarriedSpec, ReadContext } from "../connector.ts";
import { refuseCarried, useGateway } from "../refuse-carried.ts";

export function carriedKinesisIngress(spec: SpecReader, context: ReadContext): CarriedSpec {
  refuseCarried(spec, ["invalidRecordHandling", "invalidRecords"], context);
  return {
    ...accessOf(spec, context),
    startupPosition: textsOf(spec.inside("startupPosition"), ["date"]),
    streams: spec.insideEach("streams").map((one) => ({
      stream: one.text("stream"),
      valueType: one.text("valueType"),
      targets: one.texts("targets"),
    })),
  };
}

export function carriedKinesisEgress(spec: SpecReader, context: ReadContext): CarriedSpec {
  refuseCarried(spec, ["deadLetters"], context);
  return { ...accessOf(spec, context), maxOutstandingRecords: spec.integer("maxOutstandingRecords") };
}

function accessOf(spec: SpecReader, { issues }: ReadContext): CarriedSpec {
  const endpoint = spec.inside("awsRegion")?.text("endpoint");
  if (endpoint !== undefined && !/^https:/i.test(endpoint))
    issues.error(
      spec.inside("awsRegion")?.position("endpoint") ?? spec.position("awsRegion"),
      `\`endpoint\` is no https: URL, and StateFun's own connector, which does this on Flink, takes no other: name one, ${useGateway}.`,
    );
  return {
    id: spec.text("id"),
    awsRegion: textsOf(spec.inside("awsRegion"), ["id", "endpoint"]),
    awsCredentials: secretsOf(spec.inside("awsCredentials"), ["accessKeyId", "secretAccessKey", "profileName", "profilePath"]),
    clientConfigProperties: Object.entries(spec.entries("clientConfigProperties")).map(([name, value]) => ({ [name]: value })),
  };
}

/** `type` in StateFun's words, and what stands beside it. */
function textsOf(inside: SpecReader | undefined, names: readonly string[]): CarriedSpec | undefined {
  if (inside === undefined) return undefined;
  const beside = names.flatMap((name): [string, string][] => {
    const text = inside.text(name);
    return text === undefined ? [] : [[name, text]];
  });
  return { type: inside.text("type")?.toLowerCase() ?? "default", ...Object.fromEntries(beside) };
}

function secretsOf(inside: SpecReader | undefined, names: readonly string[]): CarriedSpec | undefined {
  const { type, ...texts } = textsOf(inside, names) ?? {};
  return type === undefined
    ? undefined
    : { type, ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, new Secret(String(text))])) };
}
