/** The list of kinds: each is whole, described, and shown by an example that is parsed here; a folder without its line is found. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { connectors } from "../../src/connectors/kinds.ts";
import { parseModule } from "../../src/modules/parse-module.ts";
import { fingerprintOf } from "../../src/shape/secret.ts";
import type { Fields, Shape } from "../../src/shape/shape.ts";

const sources = join(import.meta.dirname, "../../src/connectors");
const page = readFileSync(join(import.meta.dirname, "../../../../docs/connectors.md"), "utf8");

function fieldsIn(shape: Shape): Fields[] {
  switch (shape.kind) {
    case "object":
      return [shape.fields, ...Object.values(shape.fields).flatMap((field) => fieldsIn(field.shape))];
    case "variants":
      return Object.values(shape.variants).flatMap((fields) => fieldsIn({ kind: "object", fields }));
    case "list":
      return fieldsIn(shape.of);
    default:
      return [];
  }
}

test.each(connectors.map((connector) => [connector.kind, connector] as const))(
  "%s says what it and each of its fields means",
  (kind, connector) => {
    expect(kind).toMatch(new RegExp(`^[a-z.]+\\.v\\d+/${connector.direction}$`));
    expect(connector.meaning).toMatch(/^[A-Z].*\.$/);
    for (const fields of fieldsIn({ kind: "object", fields: connector.shape }))
      for (const field of Object.values(fields)) expect(field.meaning).toMatch(/^[A-Z].*[.)]$/);
  },
);

test.each(connectors.map(({ kind }) => [kind]))("%s has a section in docs/connectors.md with an example that is right", (kind) => {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${kind}\n`));
  const yaml = /```yaml\n(.*?)```/s.exec(section ?? "")?.[1] ?? "";
  expect(yaml).toContain(`kind: ${kind}`);
  // The variables that the example names are set.
  const env = Object.fromEntries([...yaml.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => [name, "c2VjcmV0cyBvZiBleGFtcGxlcw=="]));
  const { document, issues } = parseModule({ name: "example", yaml, env });
  expect(issues.filter(({ severity }) => severity === "error")).toEqual([]);
  expect([...(document?.ingresses ?? []), ...(document?.egresses ?? [])].map((declared) => declared.kind)).toEqual([kind]);
});

/** The kinds of Kafka still take the client's own settings as plain texts within their spec. */
const notYet = ["io.statefun.kafka.v1/ingress", "io.statefun.kafka.v1/egress"];

test.each(connectors.filter(({ kind }) => !notYet.includes(kind)).map(({ kind }) => [kind]))(
  "%s hides the secrets of its shape in the spec that it reads, however that is printed",
  (kind) => {
    const section = page.split(/^## /m).find((part) => part.startsWith(`${kind}\n`));
    const yaml = /```yaml\n(.*?)```/s.exec(section ?? "")?.[1] ?? "";
    const marker = "c2VjcmV0cyBvZiBleGFtcGxlcw==";
    const env = Object.fromEntries([...yaml.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => [name, marker]));
    const { document } = parseModule({ name: "example", yaml, env });
    for (const { spec } of [...(document?.ingresses ?? []), ...(document?.egresses ?? [])])
      expect(`${JSON.stringify(spec)} ${inspect(spec, { depth: 20 })} ${fingerprintOf(spec)}`).not.toContain(marker);
  },
);

test("no kind is named twice, and every folder has its line", () => {
  expect(new Set(connectors.map(({ kind }) => kind)).size).toBe(connectors.length);
  const list = readFileSync(join(sources, "kinds.ts"), "utf8");
  const folders = readdirSync(sources, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.length).toBeGreaterThan(3);
  for (const { name } of folders) expect(list).toContain(`from "./${name}/`);
});
