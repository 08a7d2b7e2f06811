/** The form of a module: every kind can be made by it from nothing, and the module check takes what it writes. Both read one description, the shapes. */
import { expect, test } from "vitest";
import { fieldsAt, formKinds, type FieldShape, type FormField } from "../apps/console/features/modules/form/form-shape.ts";
import {
  documentsOf,
  withComponent,
  withEdits,
  type FormEdit,
  type FormPath,
  type FormWrite,
} from "../apps/console/features/modules/form/module-document.ts";
import { componentKinds } from "../apps/gateway/src/modules/component-kinds.ts";
import { moduleJsonSchema } from "../apps/gateway/src/modules/module-json-schema.ts";
import { parseModule } from "../apps/gateway/src/modules/parse-module.ts";

const kinds = formKinds(JSON.parse(JSON.stringify(moduleJsonSchema())));

/** Values that a person would write, for fields that do not take any text. */
const samples: Readonly<Record<string, FormWrite>> = {
  functions: "shop/cart",
  urlPathTemplate: "http://127.0.0.1:8000/statefun",
  url: "http://127.0.0.1:8000/records",
  id: "shop/one",
  target: "shop/cart",
  targets: ["shop/cart"],
  valueType: "shop/Order",
  pointer: "/data/customer",
  header: "x-customer",
  path: "orders",
  subject: "orders.new",
  servers: ["nats://127.0.0.1:4222"],
  topics: ["orders"],
  cron: "0 8 * * *",
  every: "1 min",
  at: ["2026-12-24T18:00:00+01:00"],
  file: "functions.ts",
  code: 'import { entity } from "@signalbox/functions";\n\nexport const cart = entity("shop/cart", {});\n',
  address: "127.0.0.1:9092",
};
/** Fields for rules over several fields, which no schema expresses. */
const beside: Readonly<Record<string, readonly (readonly [FormPath, FormWrite])[]>> = {
  "io.signalbox.limits.v1/limit": [
    [["functions"], "shop/*"],
    [["messages"], 100],
  ],
  "io.signalbox.masks.v1/mask": [[["functions"], "shop/*"]],
  "io.statefun.kafka.v1/ingress": [
    [["address"], "127.0.0.1:9092"],
    [["consumerGroupId"], "shop"],
  ],
  "io.statefun.kafka.v1/egress": [[["address"], "127.0.0.1:9092"]],
};

/** Returns the edits that fill the required parts of a field; for a variant, with the word at `turn`. */
function fill({ name, shape, secret }: FormField, path: FormPath, turn: number): FormEdit[] {
  if (secret === "by-reference") return [{ kind: "set", path, value: shape.kind === "list" ? ["${secret.KEY}"] : "${secret.KEY}" }];
  return filled(shape, { name, path, turn });
}

function filled(shape: FieldShape, { name, path, turn }: { name: string; path: FormPath; turn: number }): FormEdit[] {
  switch (shape.kind) {
    case "text":
      return [{ kind: "set", path, value: samples[name] ?? "one" }];
    case "integer":
      return [{ kind: "set", path, value: 20 }];
    case "duration":
      return [{ kind: "set", path, value: "1 min" }];
    case "flag":
      return [{ kind: "set", path, value: true }];
    case "choice":
      return [{ kind: "set", path, value: shape.words[0] ?? "" }];
    case "entries":
      return [{ kind: "set", path, value: [{ [name === "offsets" ? "orders/0" : "name"]: "1" }] }];
    case "list":
      if (shape.of.kind !== "object") return [{ kind: "set", path, value: samples[name] ?? ["one"] }];
      return [{ kind: "set", path, value: [{}] }, ...needed(shape.of.fields, [...path, 0], turn)];
    case "object":
      return needed(shape.fields, path, turn);
    case "variants": {
      const word = shape.variants[turn % shape.variants.length]?.word ?? "";
      return [{ kind: "set", path: [...path, shape.tag], value: word }, ...needed(fieldsAt(shape, word), path, turn)];
    }
  }
}

function needed(fields: readonly FormField[], path: FormPath, turn: number): FormEdit[] {
  return fields.filter((field) => field.required).flatMap((field) => fill(field, [...path, field.name], turn));
}

function checked(yaml: string) {
  return parseModule({ name: "made", yaml, env: { "secret.KEY": "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" } });
}

test("there is a form of every kind, with every field that the check knows", () => {
  expect(kinds.map(({ kind }) => kind)).toEqual(Object.keys(componentKinds));
  for (const { kind, fields } of kinds) {
    const spec = componentKinds[kind]?.spec ?? {};
    expect(fields.map(({ name }) => name)).toEqual(Object.keys(spec));
    for (const field of fields) {
      const declared = spec[field.name];
      expect([field.required, field.fallback, field.secret]).toEqual([declared?.required === true, declared?.fallback, declared?.secret]);
    }
  }
});

test.each(kinds.map((kind) => [kind.kind, kind] as const))("%s: a module that the form alone writes passes the check", (name, kind) => {
  // There are as many turns as the widest choice has words.
  for (let turn = 0; turn < 5; turn += 1) {
    const edits = [
      ...needed(kind.fields, [], turn),
      ...(beside[name] ?? []).map(([path, value]): FormEdit => ({ kind: "set", path, value })),
    ];
    const yaml = withEdits(withComponent("# mine\n", name), 1, edits);
    const { issues } = checked(yaml);
    expect(
      issues.filter(({ severity }) => severity === "error"),
      yaml,
    ).toEqual([]);
    expect(yaml).toContain("# mine");
    expect(documentsOf(yaml)).toMatchObject([{ kind: "component", is: name }]);
  }
});

test("each field alone is written where the check looks for it", () => {
  for (const { kind, fields } of kinds) {
    for (const field of fields) {
      for (let turn = 0; turn < 5; turn += 1) {
        const yaml = withEdits(withComponent("", kind), 0, fill(field, [field.name], turn));
        const { issues } = checked(yaml);
        const misplaced = issues.filter(({ message }) =>
          /is no property of|must be a (list|map)|is empty|must be (true|one of|a whole)/.test(message),
        );
        expect(misplaced, yaml).toEqual([]);
      }
    }
  }
});
