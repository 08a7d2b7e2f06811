/** The two Kinesis kinds of StateFun (docs/statefun.md 3.6, 3.7) as declarations. Recognised and checked; not active yet. */
import { integer, listOf, object, text, variants, type Fields } from "../../shape/shape.ts";
import { egress, ingress } from "../connector.ts";
import { ioId, readId, startDate, targets, valueType } from "../io-id.ts";

const outstandingMost = 2 ** 31 - 1;

const common: Fields = {
  id: ioId,
  awsRegion: {
    shape: variants(
      {
        default: {},
        specific: { id: { shape: text, required: true, meaning: "Region, for example us-west-2." } },
        "custom-endpoint": {
          endpoint: { shape: text, required: true, meaning: "URL of the endpoint." },
          id: { shape: text, required: true, meaning: "Region of the endpoint." },
        },
      },
      "default",
    ),
    meaning: "AWS region.",
    fallback: "default",
  },
  awsCredentials: {
    shape: variants(
      {
        default: {},
        basic: {
          accessKeyId: {
            shape: text,
            required: true,
            secret: "written",
            meaning: "Access key id; take it from the environment with ${…}.",
          },
          secretAccessKey: {
            shape: text,
            required: true,
            secret: "written",
            meaning: "Secret key; take it from the environment with ${…}.",
          },
        },
        profile: {
          profileName: { shape: text, required: true, meaning: "Profile's name." },
          profilePath: { shape: text, meaning: "File of profiles." },
        },
      },
      "default",
    ),
    meaning: "AWS credentials.",
    fallback: "default",
  },
  clientConfigProperties: { shape: { kind: "properties" }, meaning: "Settings of the AWS client." },
};

export const kinesisIngress = ingress({
  direction: "ingress",
  kind: "io.statefun.kinesis.v1/ingress",
  word: "kinesis",
  meaning: "Reads Kinesis streams (not active yet).",
  shape: {
    ...common,
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
  },
  read: (spec) => ({ ...readId(spec, "ingress"), spec: {} }),
});

export const kinesisEgress = egress({
  direction: "egress",
  kind: "io.statefun.kinesis.v1/egress",
  word: "kinesis",
  meaning: "Writes to Kinesis streams (not active yet).",
  shape: { ...common, maxOutstandingRecords: { shape: integer(1, outstandingMost), meaning: "Records on their way.", fallback: "1000" } },
  read: (spec) => ({ ...readId(spec, "egress"), spec: {} }),
});
