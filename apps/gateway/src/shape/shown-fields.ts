/**
 * shownFields: what may be shown of a spec, field by field, to say what applying it would change: variables by their names, and no secrets.
 */
import type { LocatedMap, LocatedValue } from "./located-value.ts";
import { hiddenText } from "./secret.ts";
import type { Fields, Shape } from "./shape.ts";

/** The written fields as they may be shown, without `id`, which names the component. */
export function shownFields(spec: LocatedMap, fields: Fields): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, { value }] of spec.fields) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (name === "id" || field === undefined) continue;
    shown[name] = field.secret === undefined ? shownText(value, field.shape) : secretText(value);
  }
  return shown;
}

function secretText(value: LocatedValue): string {
  return value.kind === "scalar" && value.written !== undefined ? value.written : hiddenText;
}

function shownText(value: LocatedValue, shape: Shape): string {
  switch (value.kind) {
    case "scalar":
      return value.written ?? value.text;
    case "list":
      return value.items.map((item) => shownText(item, shape.kind === "list" ? shape.of : shape)).join(", ");
    case "map": {
      const fields = fieldsOf(shape, value);
      const inside = [...value.fields].map(([name, { value: part }]) => {
        const field = fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
        const text = field?.secret === undefined ? shownText(part, field?.shape ?? shape) : secretText(part);
        return `${name} ${text}`;
      });
      return `(${inside.join(", ")})`;
    }
  }
}

function fieldsOf(shape: Shape, value: LocatedMap): Fields | undefined {
  if (shape.kind === "object") return shape.fields;
  if (shape.kind !== "variants") return undefined;
  const tag = value.fields.get(shape.tag)?.value;
  const word = tag?.kind === "scalar" ? tag.text : shape.fallback;
  return word !== undefined && Object.hasOwn(shape.variants, word) ? shape.variants[word] : undefined;
}
