/** The schedule ingress as a declaration: what its spec looks like. schedule-ingress.ts hands over the runs and is loaded when one opens. */
import { isBuiltInTypename } from "@signalbox/proto";
import { checkId } from "@signalbox/runtime";
import { duration, integer, listOf, text, typename, variants, type Shape } from "../../shape/shape.ts";
import { existingMoment } from "../../shape/existing-moment.ts";
import type { SpecReader } from "../../shape/spec-reader.ts";
import { ingress, recordsPerAcceptMax, type ReadContext } from "../connector.ts";
import { ioId, readId } from "../io-id.ts";
import { cronProblem, isTimeZone } from "./cron-times.ts";
import type { Misfire, ScheduleSpec, When } from "./schedule-spec.ts";

const stringType = "io.statefun.types/string";
const lateMsDefault = 10_000;
const misfiresDefault = 100;
const everyMsMin = 1000;
const momentsMax = 1000;
/** A time with its zone, because without one it would be another moment on another machine. */
const momentPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** Shown with the ingress: when it runs. */
const shown: Shape = { kind: "text", form: "shown" };

export const scheduleIngress = ingress<ScheduleSpec>({
  direction: "ingress",
  kind: "io.signalbox.schedule.v1/ingress",
  word: "schedule",
  meaning: "Sends a message at given times, each run exactly once.",
  shape: {
    id: ioId,
    when: {
      shape: variants({
        cron: {
          cron: { shape: shown, required: true, meaning: "Five fields, or six with seconds first." },
          timeZone: { shape: shown, meaning: "IANA name of the time zone, such as Europe/Berlin.", fallback: "UTC" },
        },
        every: { every: { shape: duration, required: true, meaning: "Time between two runs, counted from 1970 in UTC." } },
        at: { at: { shape: listOf(shown, 1), required: true, meaning: "Moments, such as 2026-12-24T18:00:00+01:00." } },
      }),
      required: true,
      meaning: "When it runs.",
    },
    target: { shape: typename, required: true, meaning: "Function type that receives each run." },
    entityId: { shape: text, required: true, meaning: "Which entity of the target receives it." },
    value: { shape: text, meaning: "Value of the messages, as text.", fallback: "JSON with the schedule's id and the time of the run" },
    valueType: { shape: typename, meaning: "Typename that the values get.", fallback: stringType },
    jitter: { shape: duration, meaning: "Each run is later by up to this, always the same for the same run.", fallback: "0" },
    late: { shape: duration, meaning: "A run that is late by more was missed.", fallback: "10 s" },
    misfire: {
      shape: variants(
        {
          one: {},
          all: { max: { shape: integer(1, recordsPerAcceptMax), meaning: "How many at most, the latest.", fallback: "100" } },
          skip: {},
        },
        "one",
      ),
      meaning: "What becomes of runs that were missed: the latest is sent, all are, or none.",
      fallback: "one",
    },
  },
  read(spec, context) {
    return {
      ...readId(spec, "ingress"),
      spec: {
        when: readWhen(spec, context),
        target: spec.text("target") ?? "",
        entityId: readEntityId(spec, context),
        value: spec.text("value"),
        valueType: readValueType(spec, context),
        jitterMs: spec.durationMs("jitter") ?? 0,
        lateMs: spec.durationMs("late") ?? lateMsDefault,
        misfire: readMisfire(spec),
      },
    };
  },
  open: async (spec, context) => (await import("./schedule-ingress.ts")).openSchedule(spec, context),
});

function readWhen(spec: SpecReader, { issues }: ReadContext): When {
  const inside = spec.inside("when");
  switch (inside?.text("type")) {
    case "every": {
      const everyMs = inside.durationMs("every") ?? 0;
      if (everyMs < everyMsMin) issues.error(inside.position("every"), "`spec.when.every` must be at least 1 s.", "1s");
      return { kind: "every", everyMs };
    }
    case "at": {
      const texts = inside.texts("at");
      const wrong = texts.find((moment) => !momentPattern.test(moment) || existingMoment(moment) === undefined);
      if (wrong !== undefined) issues.error(inside.position("at"), `"${wrong}" is no moment: write it as 2026-12-24T18:00:00+01:00.`);
      if (texts.length > momentsMax) issues.error(inside.position("at"), `\`spec.when.at\` has more than ${momentsMax} moments.`);
      return { kind: "at", atMs: texts.map((moment) => Date.parse(moment)).toSorted((a, b) => a - b) };
    }
    default: {
      const cron = inside?.text("cron") ?? "";
      const timeZone = inside?.text("timeZone") ?? "UTC";
      const problem = cronProblem(cron);
      if (problem !== undefined)
        issues.error(inside?.position("cron") ?? spec.position("when"), `\`spec.when.cron\` cannot be used: ${problem}.`);
      if (!isTimeZone(timeZone))
        issues.error(inside?.position("timeZone") ?? spec.position("when"), `"${timeZone}" is no IANA time zone, such as Europe/Berlin.`);
      return { kind: "cron", cron, timeZone };
    }
  }
}

function readEntityId(spec: SpecReader, { issues }: ReadContext): string {
  const id = spec.text("entityId") ?? "";
  const wrong = checkId(id);
  if (wrong !== undefined) issues.error(spec.position("entityId"), `\`spec.entityId\` cannot be used: ${wrong}.`);
  return id;
}

function readValueType(spec: SpecReader, { issues }: ReadContext): string {
  const written = spec.text("valueType") ?? stringType;
  if (written !== stringType && isBuiltInTypename(written))
    issues.error(spec.position("valueType"), `A text is no ${written}: write ${stringType}, or a type of your own.`, stringType);
  return written;
}

function readMisfire(spec: SpecReader): Misfire {
  const inside = spec.inside("misfire");
  switch (inside?.text("type")) {
    case "all":
      return { kind: "all", max: inside.integer("max") ?? misfiresDefault };
    case "skip":
      return { kind: "skip" };
    default:
      return { kind: "one" };
  }
}
