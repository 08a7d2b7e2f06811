/**
 * The two Kinesis kinds of StateFun (docs/statefun.md 3.6, 3.7) as declarations. kinesis-ingress.ts and kinesis-egress.ts do the work and
 * are loaded, with Amazon's SDK, when one opens.
 */
import { integer, listOf, object, text, typename, variants } from "../../shape/shape.ts";
import type { SpecReader } from "../../shape/spec-reader.ts";
import { egress, ingress } from "../connector.ts";
import { invalidFields, readInvalidHandling, type InvalidHandling } from "../invalid-handling.ts";
import { ioId, readId, startDate, startDateMs, targets, valueType } from "../io-id.ts";
import { accessFields, readAccess, type KinesisAccess } from "./kinesis-access.ts";
import { carriedKinesisEgress, carriedKinesisIngress } from "./kinesis-carried.ts";
import type { StreamRoute } from "./kinesis-chunks.ts";
import { isStreamName } from "./stream-name.ts";
import type { KinesisStartup } from "./stream-reader.ts";

const outstandingMax = 2 ** 31 - 1;
const outstandingDefault = 1000;

export interface KinesisIngressSpec {
  readonly access: KinesisAccess;
  readonly streams: readonly StreamRoute[];
  readonly startup: KinesisStartup;
  readonly invalid: InvalidHandling;
}

export interface KinesisEgressSpec {
  readonly access: KinesisAccess;
  readonly outstandingMax: number;
  readonly deadLetters: string | undefined;
}

export const kinesisIngress = ingress<KinesisIngressSpec>({
  direction: "ingress",
  kind: "io.statefun.kinesis.v1/ingress",
  word: "kinesis",
  meaning: "Reads Kinesis streams.",
  shape: {
    id: ioId,
    ...accessFields,
    streams: {
      shape: listOf(object({ stream: { shape: text, required: true, meaning: "Stream's name." }, valueType, targets }), 1),
      required: true,
      meaning: "Streams and the functions their records go to.",
    },
    startupPosition: {
      shape: variants({ latest: {}, earliest: {}, date: { date: startDate } }, "latest"),
      meaning: "Where a first start begins.",
      fallback: "latest",
    },
    ...invalidFields,
  },
  read(spec, context) {
    const streams = spec.insideEach("streams").map((route) => ({
      stream: route.text("stream") ?? "",
      valueType: route.text("valueType") ?? "",
      targets: route.texts("targets"),
    }));
    for (const reason of wrongStreams(streams)) context.issues.error(spec.position("streams"), reason);
    return {
      ...readId(spec, "ingress"),
      spec: {
        access: readAccess(spec, "ingress", context),
        streams,
        startup: readStartup(spec.inside("startupPosition")),
        invalid: readInvalidHandling(spec, context),
      },
    };
  },
  carried: carriedKinesisIngress,
  open: async (spec, context) => (await import("./kinesis-ingress.ts")).openKinesisIngress(spec, context),
  check: async (spec, context) => (await import("./kinesis-check.ts")).kinesisIngressCheck(spec, context),
});

export const kinesisEgress = egress<KinesisEgressSpec>({
  direction: "egress",
  kind: "io.statefun.kinesis.v1/egress",
  word: "kinesis",
  meaning: "Writes to Kinesis streams.",
  shape: {
    id: ioId,
    ...accessFields,
    maxOutstandingRecords: { shape: integer(1, outstandingMax), meaning: "Records on their way.", fallback: String(outstandingDefault) },
    deadLetters: { shape: typename, meaning: "Function type that gets what is refused; without it a refused record holds up the others." },
  },
  read: (spec, context) => ({
    ...readId(spec, "egress"),
    spec: {
      access: readAccess(spec, "egress", context),
      outstandingMax: spec.integer("maxOutstandingRecords") ?? outstandingDefault,
      deadLetters: spec.text("deadLetters"),
    },
  }),
  carried: carriedKinesisEgress,
  open: async (spec, context) => (await import("./kinesis-egress.ts")).openKinesisEgress(spec, context),
  check: async (spec, context) => (await import("./kinesis-check.ts")).kinesisEgressCheck(spec, context),
});

function wrongStreams(streams: readonly StreamRoute[]): string[] {
  const names = streams.map(({ stream }) => stream);
  return names.flatMap((stream, index) => {
    if (!isStreamName(stream)) return [`\`${stream}\` is no stream: 1 to 128 letters, digits and . _ -.`];
    return names.indexOf(stream) < index ? [`The stream ${stream} stands twice; write its functions into one \`targets\`.`] : [];
  });
}

function readStartup(spec: SpecReader | undefined): KinesisStartup {
  const atMs = startDateMs(spec);
  if (atMs !== undefined) return { kind: "date", atMs };
  return { kind: spec?.text("type")?.toLowerCase() === "earliest" ? "earliest" : "latest" };
}
