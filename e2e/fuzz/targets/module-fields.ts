/**
 * Target module-fields: a right component of each kind, made from the shape that the kind declares, with one of its fields holding another
 * value. A value of another shape is refused at that field, by its path; and whatever is taken holds no number and no date that is none.
 * Neighbours: module-yaml.ts changes texts, and says what must hold of each of them; component-kinds.ts has the kinds.
 */
import fc from "fast-check";
import { componentKinds } from "../../../apps/gateway/src/modules/component-kinds.ts";
import { parseModule } from "../../../apps/gateway/src/modules/parse-module.ts";
import type { Field, Fields, Shape } from "../../../apps/gateway/src/shape/shape.ts";
import type { TextForm } from "../../../apps/gateway/src/shape/text-checks.ts";
import { oddTexts } from "../bytes.ts";
import { must, type FuzzTarget } from "../fuzz-target.ts";
import { moduleEnv, mustHoldOfModule } from "./module-yaml.ts";

export interface FieldCase {
  readonly kind: string;
  readonly spec: unknown;
  /** The number of the value in it, by the remainder. */
  readonly at: number;
  readonly value: unknown;
}

/** One value of a component, with what it should be. */
interface Place {
  readonly path: string;
  readonly shape: Shape;
  set(value: unknown): void;
}

const texts: Readonly<Record<TextForm, readonly string[]>> = {
  any: ["x", "/a", "http://h/a", "subject.a"],
  typename: ["a/b", "c/d"],
  functions: ["a/b", "a/*"],
  "url-template": ["http://h:9000/{function.name}", "https://h/fn"],
  location: ["a.pem", "classpath:a.pem"],
  "kafka-date": ["2020-02-01 04:15:00.000 +0000"],
  topic: ["orders"],
  path: ["a/b"],
  shown: ["0 0 * * *", "UTC", "2026-12-24T18:00:00Z"],
};

function valueOf(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case "text":
      return fc.constantFrom(...texts[shape.form]);
    case "word":
      return fc.constantFrom(...shape.words);
    case "integer":
      return fc.integer({ min: Math.max(shape.least, -5), max: Math.min(shape.most, 70_000) });
    case "duration":
      return fc.constantFrom("5s", "2 min", "1d");
    case "flag":
      return fc.boolean();
    case "list":
      return fc.array(valueOf(shape.of), { minLength: shape.least, maxLength: shape.least + 1 });
    case "properties":
      return fc.constantFrom([], [{ name: "value" }]);
    case "object":
      return fieldsOf(shape.fields);
    case "variants":
      return fc
        .constantFrom(...Object.entries(shape.variants))
        .chain(([word, fields]) => fieldsOf(fields).map((made) => ({ [shape.tag]: word, ...made })));
  }
}

function fieldOf({ shape, required, secret }: Field): fc.Arbitrary<unknown> {
  const made = secret === "by-reference" ? fc.constant(shape.kind === "list" ? ["${AWS_SECRET}"] : "${AWS_SECRET}") : valueOf(shape);
  return required === true ? made : fc.option(made, { nil: undefined });
}

function fieldsOf(fields: Fields): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldOf(field)])));
}

const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, false, 0, -1, 1.5, 1e21, 2 ** 53, [], {}, [[]], [null], { a: 1 }, { type: "x" }, [{ a: 1, b: 2 }]),
  fc.constantFrom("", " ", "~", "x", "NaN", "Infinity", "-0", "+5", "0x10", "1e3", "9".repeat(40), "constructor", "__proto__", "${"),
  fc.constantFrom(
    "${AWS_SECRET}",
    "a${AWS_SECRET}b",
    "${UNSET}",
    "${secret.NONE}",
    "2026-02-30 04:15:00.000 +0000",
    "2020-99-01 04:15:00.000 +0000",
  ),
  fc.constantFrom(...oddTexts.filter((text) => text.length < 100)),
  fc.jsonValue(),
);

const fieldCases: fc.Arbitrary<FieldCase> = fc
  .constantFrom(...Object.entries(componentKinds))
  .chain(([kind, { spec }]) => fc.record({ kind: fc.constant(kind), spec: fieldsOf(spec), at: fc.nat({ max: 200 }), value: odd }));

export const moduleFields: FuzzTarget<FieldCase> = {
  name: "module-fields",
  caseMsMax: 5_000,
  rssGrowthBytesMax: 512 * 1024 * 1024,
  cases: fieldCases,
  open: async () => ({ run: async (fuzzCase) => outcomeOf(fuzzCase), [Symbol.asyncDispose]: async () => undefined }),
};

function outcomeOf({ kind, spec, at, value }: FieldCase): string {
  const changed = structuredClone(spec);
  const places = [...placesOf(changed, componentKinds[kind]?.spec ?? {}, "spec")];
  const place = places[at % Math.max(1, places.length)];
  place?.set(value);
  const yaml = JSON.stringify({ kind, spec: changed });
  const outcome = mustHoldOfModule(yaml);
  const { document, issues } = parseModule({ name: "fuzz", yaml, env: moduleEnv });
  if (place !== undefined && isOther(place.shape, value)) {
    const said = issues.filter(({ severity }) => severity === "error").map(({ message }) => message);
    must(document === undefined, () => `${kind} takes ${JSON.stringify(value)} as ${place.path}, a ${place.shape.kind}`);
    must(
      said.some((message) => message.includes(place.path)),
      () => `${kind}: nothing is said of ${place.path}: ${said.join(" | ").slice(0, 500)}`,
    );
    return "refused at its field";
  }
  mustBeNumbers(document, "document");
  return outcome;
}

function* placesOf(made: unknown, fields: Fields, path: string): Generator<Place> {
  if (typeof made !== "object" || made === null) return;
  const holder = made as Record<string, unknown>;
  for (const [name, { shape }] of Object.entries(fields)) {
    if (holder[name] === undefined) continue;
    yield* placesIn({ path: `${path}.${name}`, shape, set: (value) => (holder[name] = value) }, holder[name]);
  }
}

function* placesIn(place: Place, made: unknown): Generator<Place> {
  yield place;
  const { shape, path } = place;
  if (shape.kind === "object") yield* placesOf(made, shape.fields, path);
  if (shape.kind === "variants") {
    const word = String((made as Record<string, unknown>)[shape.tag]);
    yield* placesOf(made, shape.variants[word] ?? {}, path);
  }
  if (shape.kind !== "list" || !Array.isArray(made)) return;
  for (const [index, item] of made.entries())
    yield* placesIn({ path: `${path}[${index}]`, shape: shape.of, set: (value) => (made[index] = value) }, item);
}

/** Whether no value like this can be right, whatever else the component says. */
function isOther(shape: Shape, value: unknown): boolean {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  switch (shape.kind) {
    case "list":
    case "properties":
      return !Array.isArray(value);
    case "object":
    case "variants":
      return !isMap;
    case "integer":
      return (
        isMap ||
        Array.isArray(value) ||
        value === null ||
        typeof value === "boolean" ||
        (typeof value === "number" && !isWithin(value, shape))
      );
    case "flag":
      return isMap || Array.isArray(value) || value === null || typeof value === "number";
    case "text":
    case "word":
    case "duration":
      return isMap || Array.isArray(value) || value === null;
  }
}

function isWithin(value: number, { least, most }: Extract<Shape, { kind: "integer" }>): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function mustBeNumbers(value: unknown, path: string): void {
  must(!Number.isNaN(value) && !(value instanceof Date && Number.isNaN(value.getTime())), () => `${path} is no number`);
  if (typeof value !== "object" || value === null) return;
  const entries = value instanceof Map ? value.entries() : Object.entries(value);
  for (const [name, inner] of entries) mustBeNumbers(inner, `${path}.${String(name)}`);
}
