/** buildMask: a checked component of a mask becomes the rule that masking/ takes; what its shape cannot say is checked here. */
import { parseTypeName } from "@signalbox/runtime";
import type { FieldPath, MaskRule } from "../masking/mask-rule.ts";
import { SpecReader } from "../shape/spec-reader.ts";
import type { BuildContext, Component } from "./component.ts";
import type { ParsedMask } from "./parsed-module.ts";

const keysMax = 16;
const fieldsMax = 100;

export function buildMask(component: Component, { issues }: BuildContext): ParsedMask {
  const spec = new SpecReader(component.spec);
  const functions = spec.text("functions");
  const egress = spec.text("egress");
  if ((functions === undefined) === (egress === undefined))
    issues.error(component.position, "A mask is one of `functions` or of one `egress`: write one of the two.");
  const position = spec.position("fields");
  const shownFields = spec.shownTexts("fields");
  const written = spec.texts("fields");
  if (written.length > fieldsMax) issues.error(position, `A mask has at most ${fieldsMax} fields. Write several masks.`);
  const fields = written.map((path) => path.split("."));
  for (const [place, keys] of fields.entries())
    if (keys.length > keysMax || keys.some((key) => key === ""))
      issues.error(position, `"${shownFields[place]}" is no path: keys stand between single points, at most ${keysMax} of them.`);
  return { covered: functions ?? egress ?? "", rule: ruleOf(functions, egress, fields), shownFields, position };
}

function ruleOf(functions: string | undefined, egress: string | undefined, fields: readonly FieldPath[]): MaskRule {
  if (egress !== undefined) return { cover: { kind: "egress", egress }, fields };
  const parsed = parseTypeName(functions ?? "");
  const { namespace, name } = parsed.kind === "ok" ? parsed.typeName : { namespace: functions ?? "", name: "*" };
  return { cover: { kind: "functions", namespace, name }, fields };
}
