/**
 * checkShape: compares a located value with its shape and reports every difference with its place: unknown properties (with the
 * nearest right one), missing required ones, wrong kinds, bad durations. A value that passes can be read without further checks.
 */
import { functionNamePlaceholder } from "@signalbox/runtime";
import { durationUnits, parseDuration } from "./duration.ts";
import { IssueList } from "./issues.ts";
import type { LocatedMap, LocatedScalar, LocatedValue } from "./located-value.ts";
import { nearestWord } from "../shared/nearest-word.ts";
import type { Fields, Shape } from "./shape.ts";
import { isShownForm, wrongText } from "./text-checks.ts";

export interface CheckContext {
  readonly issues: IssueList;
  /** The place for messages: spec.transport.call */
  readonly path: string;
}

function checkShape(value: LocatedValue, shape: Shape, context: CheckContext): void {
  switch (shape.kind) {
    case "text":
    case "word":
    case "integer":
    case "duration":
    case "flag":
      if (value.kind === "scalar") checkScalar(value, shape, context);
      else context.issues.error(value.position, `\`${context.path}\` must be ${nameOf(shape)}, not a ${value.kind}.`);
      return;
    case "list":
      checkList(value, shape, context);
      return;
    case "object":
      if (isMapAt(value, context)) checkFields(value, shape.fields, context);
      return;
    case "variants":
      if (isMapAt(value, context)) checkVariant(value, shape, context);
      return;
    case "properties":
      checkProperties(value, context);
      return;
  }
}

/** Checks the names and values of a map's properties. */
export function checkFields(map: LocatedMap, fields: Fields, { issues, path }: CheckContext): void {
  for (const [name, { keyPosition, value }] of map.fields) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field !== undefined) {
      checkShape(value, field.shape, { issues, path: `${path}.${name}` });
      if (field.secret === "by-reference") refuseWritten(value, { issues, path: `${path}.${name}` });
      continue;
    }
    const known = Object.keys(fields);
    const allowed = known.length === 0 ? "it takes none" : `it takes ${known.join(", ")}`;
    issues.error(keyPosition, `\`${name}\` is no property of \`${path}\`; ${allowed}.`, nearestWord(name, known));
  }
  for (const [name, field] of Object.entries(fields)) {
    if (field.required && !map.fields.has(name)) issues.error(map.position, `\`${path}\` lacks \`${name}\`: ${field.meaning}`, name);
  }
}

/** Refuses a secret that is written in the text, because a module's text is kept and shown. */
function refuseWritten(value: LocatedValue, { issues, path }: CheckContext): void {
  if (value.kind === "list") for (const item of value.items) refuseWritten(item, { issues, path });
  if (value.kind !== "scalar" || (value.written ?? value.text).includes("${")) return;
  issues.error(value.position, `\`${path}\` is a secret: put it into an environment variable and write its name, \${NAME}.`);
}

function checkVariant(map: LocatedMap, shape: Extract<Shape, { kind: "variants" }>, { issues, path }: CheckContext): void {
  const words = Object.keys(shape.variants);
  const tag = map.fields.get(shape.tag);
  const written = tag?.value.kind === "scalar" ? tag.value.text : undefined;
  if (tag === undefined && shape.fallback === undefined) {
    issues.error(map.position, `\`${path}\` lacks \`${shape.tag}\`; write one of ${words.join(", ")}.`, shape.tag);
    return;
  }
  const word = tag === undefined ? shape.fallback : written;
  const fields = word !== undefined && Object.hasOwn(shape.variants, word) ? shape.variants[word] : undefined;
  if (fields === undefined) {
    const position = tag?.value.position ?? map.position;
    issues.error(position, `\`${path}.${shape.tag}\` must be one of ${words.join(", ")}.`, nearestWord(word ?? "", words));
    return;
  }
  checkFields(map, { [shape.tag]: { shape: { kind: "word", words }, meaning: "Which of them it is." }, ...fields }, { issues, path });
}

function checkScalar(
  value: LocatedScalar,
  shape: Extract<Shape, { kind: "text" | "word" | "integer" | "duration" | "flag" }>,
  context: CheckContext,
): void {
  const { issues, path } = context;
  if (value.unresolved) return;
  if (value.written !== undefined) {
    checkResolved(value, value.written, { shape, context });
    return;
  }
  if (value.value === null) {
    issues.error(value.position, `\`${path}\` is empty; write ${nameOf(shape)}.`);
    return;
  }
  switch (shape.kind) {
    case "text": {
      const reason = wrongText(shape.form, value.text);
      if (reason === undefined) return;
      const suggestion = reason.includes("is no placeholder") ? functionNamePlaceholder : undefined;
      issues.error(value.position, `\`${path}\` cannot be used: ${reason}.`, suggestion);
      return;
    }
    case "word": {
      if (shape.words.some((word) => word.toLowerCase() === value.text.toLowerCase())) return;
      issues.error(
        value.position,
        `\`${path}\` must be one of ${shape.words.join(", ")}, not "${value.text}".`,
        nearestWord(value.text, shape.words),
      );
      return;
    }
    case "flag":
      if (value.text !== "true" && value.text !== "false")
        issues.error(value.position, `\`${path}\` must be true or false, not "${value.text}".`, nearestWord(value.text, ["true", "false"]));
      return;
    case "integer": {
      const number = /^[+-]?\d+$/.test(value.text) ? Number(value.text) : Number.NaN;
      if (number >= shape.least && number <= shape.most) return;
      issues.error(value.position, `\`${path}\` must be ${nameOf(shape)}, not "${value.text}".`);
      return;
    }
    case "duration": {
      const parsed = parseDuration(value.text);
      if (parsed.kind === "ok") return;
      const unit = parsed.word === undefined ? undefined : nearestWord(parsed.word, durationUnits);
      issues.error(value.position, `\`${path}\` is no duration: ${parsed.reason}.`, unit);
      return;
    }
  }
}

type ScalarShape = Extract<Shape, { kind: "text" | "word" | "integer" | "duration" | "flag" }>;

/** Checks the value of a variable. A message says only that the value is wrong, and never what it is. */
function checkResolved(value: LocatedScalar, written: string, { shape, context }: { shape: ScalarShape; context: CheckContext }): void {
  const { issues, path } = context;
  if (shape.kind === "text" && isShownForm(shape.form)) {
    issues.error(value.position, `\`${path}\` is seen by everybody who looks at the module: it cannot come from a variable. Write it.`);
    return;
  }
  const found = new IssueList();
  const { written: _written, ...plain } = value;
  checkScalar(plain, shape, { issues: found, path });
  if (found.errorCount > 0)
    issues.error(value.position, `\`${path}\` must be ${nameOf(shape)}; what ${written} stands for cannot be used.`);
}

function checkList(value: LocatedValue, shape: Extract<Shape, { kind: "list" }>, { issues, path }: CheckContext): void {
  if (value.kind !== "list") {
    issues.error(value.position, `\`${path}\` must be a list.`);
    return;
  }
  if (value.items.length < shape.least) issues.error(value.position, `\`${path}\` must not be empty.`);
  for (const [index, item] of value.items.entries()) checkShape(item, shape.of, { issues, path: `${path}[${index}]` });
}

function checkProperties(value: LocatedValue, { issues, path }: CheckContext): void {
  if (value.kind !== "list") {
    issues.error(value.position, `\`${path}\` must be a list of single entries, each \`- name: value\`.`);
    return;
  }
  for (const item of value.items) {
    const entries = item.kind === "map" ? [...item.fields.values()] : [];
    if (entries.length === 1 && entries[0]?.value.kind === "scalar") continue;
    issues.error(item.position, `Each entry of \`${path}\` must be one \`name: value\`.`);
  }
}

function isMapAt(value: LocatedValue, { issues, path }: CheckContext): value is LocatedMap {
  if (value.kind === "map") return true;
  issues.error(value.position, `\`${path}\` must be a map of properties.`);
  return false;
}

function nameOf(shape: Extract<Shape, { kind: "text" | "word" | "integer" | "duration" | "flag" }>): string {
  switch (shape.kind) {
    case "text":
      return "a text";
    case "word":
      return `one of ${shape.words.join(", ")}`;
    case "integer":
      return shape.most === Number.MAX_SAFE_INTEGER
        ? `a whole number, at least ${shape.least}`
        : `a whole number from ${shape.least} to ${shape.most}`;
    case "flag":
      return "true or false";
    case "duration":
      return "a duration such as 30s or 2 min";
  }
}
