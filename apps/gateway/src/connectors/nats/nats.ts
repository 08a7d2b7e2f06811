/** The NATS JetStream kinds as declarations. nats-ingress.ts and nats-egress.ts do the work and are loaded, with NATS' libraries, when one opens. */
import { integer, listOf, text, typename, variants } from "../../shape/shape.ts";
import type { SpecReader } from "../../shape/spec-reader.ts";
import { egress, ingress } from "../connector.ts";
import { invalidFields, readInvalidHandling, type InvalidHandling } from "../invalid-handling.ts";
import { ioId, readId, startDate, startDateMs, targets, valueType } from "../io-id.ts";
import { accessFields, readAccess, type NatsAccess } from "./nats-access.ts";
import { wrongSubject, type NatsKey } from "./nats-routing.ts";

export type NatsStartup =
  | { readonly kind: "latest" }
  | { readonly kind: "earliest" }
  | { readonly kind: "date"; readonly atMs: number }
  | { readonly kind: "sequence"; readonly sequence: number };

export interface NatsIngressSpec {
  readonly access: NatsAccess;
  readonly stream: string;
  /** Empty for the whole stream. */
  readonly subjects: readonly string[];
  readonly key: NatsKey;
  readonly valueType: string;
  readonly targets: readonly string[];
  readonly startup: NatsStartup;
  readonly invalid: InvalidHandling;
}

export interface NatsEgressSpec {
  readonly access: NatsAccess;
  readonly subject: string;
  readonly stream: string | undefined;
  /** Whether the order of each sender is kept, or the order of all records. */
  readonly order: "sender" | "all";
  readonly deadLetters: string | undefined;
}

const stream = { shape: text, meaning: "Name of the stream." } as const;

export const natsIngress = ingress<NatsIngressSpec>({
  direction: "ingress",
  kind: "io.signalbox.nats.v1/ingress",
  word: "nats",
  meaning: "Reads a stream of NATS JetStream.",
  shape: {
    id: ioId,
    ...accessFields,
    stream: { ...stream, required: true },
    subjects: { shape: listOf(text), meaning: "Subjects that are read, with wildcards.", fallback: "all of the stream" },
    key: {
      shape: variants(
        {
          subject: { token: { shape: integer(1, 1000), meaning: "Number of the token, from 1 on.", fallback: "the last" } },
          header: { name: { shape: text, required: true, meaning: "Name of the header." } },
        },
        "subject",
      ),
      meaning: "What of a message is the entity's id.",
      fallback: "the last token of the subject",
    },
    valueType,
    targets,
    startupPosition: {
      shape: variants(
        {
          latest: {},
          earliest: {},
          date: { date: startDate },
          sequence: { sequence: { shape: integer(1), required: true, meaning: "Of the first message." } },
        },
        "latest",
      ),
      meaning: "Where a first start begins.",
      fallback: "latest",
    },
    ...invalidFields,
  },
  read: (spec, context) => ({
    ...readId(spec, "ingress"),
    spec: {
      access: readAccess(spec, context),
      stream: spec.text("stream") ?? "",
      subjects: spec.texts("subjects"),
      key: readKey(spec.inside("key")),
      valueType: spec.text("valueType") ?? "",
      targets: spec.texts("targets"),
      startup: readStartup(spec.inside("startupPosition")),
      invalid: readInvalidHandling(spec, context),
    },
  }),
  open: async (spec, context) => (await import("./nats-ingress.ts")).openNatsIngress(spec, context),
  check: async (spec, context) => (await import("./nats-check.ts")).natsIngressCheck(spec, context),
});

export const natsEgress = egress<NatsEgressSpec>({
  direction: "egress",
  kind: "io.signalbox.nats.v1/egress",
  word: "nats",
  meaning: "Writes to a stream of NATS JetStream.",
  shape: {
    id: ioId,
    ...accessFields,
    subject: { shape: text, required: true, meaning: "Subject of the messages; {id} stands for the id of the sender." },
    stream: { ...stream, meaning: "Stream that has to take them; without it whichever takes the subject." },
    order: {
      shape: { kind: "word", words: ["sender", "all"] },
      meaning: "Whose order holds when a record fails: that of each sender, or that of all, one after the other.",
      fallback: "sender",
    },
    deadLetters: { shape: typename, meaning: "Function type that gets what is refused; without it a refused record holds up the others." },
  },
  read(spec, context) {
    const subject = spec.text("subject") ?? "";
    const wrong = wrongSubject(subject);
    if (wrong !== undefined) context.issues.error(spec.position("subject"), `\`subject\` is none: ${wrong}.`);
    return {
      ...readId(spec, "egress"),
      spec: {
        access: readAccess(spec, context),
        subject,
        stream: spec.text("stream"),
        order: spec.text("order")?.toLowerCase() === "all" ? "all" : "sender",
        deadLetters: spec.text("deadLetters"),
      },
    };
  },
  open: async (spec, context) => (await import("./nats-egress.ts")).openNatsEgress(spec, context),
  check: async (spec, context) => (await import("./nats-check.ts")).natsEgressCheck(spec, context),
});

function readKey(spec: SpecReader | undefined): NatsKey {
  const name = spec?.text("name");
  return name === undefined ? { kind: "subject", token: spec?.integer("token") } : { kind: "header", name };
}

function readStartup(spec: SpecReader | undefined): NatsStartup {
  const atMs = startDateMs(spec);
  if (atMs !== undefined) return { kind: "date", atMs };
  const sequence = spec?.integer("sequence");
  if (sequence !== undefined) return { kind: "sequence", sequence };
  return { kind: spec?.text("type")?.toLowerCase() === "earliest" ? "earliest" : "latest" };
}
