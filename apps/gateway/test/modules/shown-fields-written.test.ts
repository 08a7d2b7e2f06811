/**
 * What everybody sees of a module, in its differences and beside what waits, is never the value of a variable.
 */
import { expect, test } from "vitest";
import { diffModules } from "../../src/modules/diff-modules.ts";
import { parseModule } from "../../src/modules/parse-module.ts";

const limit = "kind: io.signalbox.limits.v1/limit\nspec:\n  id: a/b\n  messages: 1\n";
test.each([
  ["ingress", `${limit}  ingress: "\${SECRET}"\n`],
  ["separator", `${limit}  functions: a/b\n  per: prefix\n  separator: "\${SECRET}"\n`],
])("%s of a limit is written", (field, yaml) => {
  const parse = (text: string) => parseModule({ name: "m", yaml: text, env: { SECRET: "x" } });
  const { issues, document } = parse(yaml);
  expect(document).toBeUndefined();
  expect(issues.map(({ message }) => message).join("\n")).toMatch(new RegExp(`spec.${field}.*it cannot come from a variable`));
  expect(parse(yaml.replace("${SECRET}", "x")).document).toBeDefined();
});

test("fields of a mask may come from variables, which differences and refusals call by their names", () => {
  const mask = 'kind: io.signalbox.masks.v1/mask\nspec:\n  functions: a/b\n  fields: ["${SECRET}"]\n';
  const { document } = parseModule({ name: "m", yaml: mask, env: { SECRET: "email" } });
  expect(document?.masks[0]?.rule.fields).toEqual([["email"]]);
  expect(document === undefined ? [] : diffModules(undefined, document)).toMatchObject([{ kind: "mask", detail: "fields ${SECRET}" }]);
  const { issues } = parseModule({ name: "m", yaml: mask, env: { SECRET: "an..email" } });
  expect(issues.map(({ message }) => message)).toEqual([expect.stringContaining('"${SECRET}" is no path')]);
});
