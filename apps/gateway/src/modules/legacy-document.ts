/**
 * Legacy documents (`version: "3.0"`, `module: …`): turned into the components they stand for. Older versions were given up by
 * StateFun itself and are refused with what to do.
 */
import { checkFields } from "../shape/check-shape.ts";
import { legacyKinds } from "./component-kinds.ts";
import type { Component } from "./component.ts";
import type { IssueList } from "../shape/issues.ts";
import type { LocatedMap, LocatedValue } from "../shape/located-value.ts";
import { nearestWord } from "../shared/nearest-word.ts";

/** The envelope's lists and what each entry is called; the specs inside are checked by their kind. */
const sections = { endpoints: "endpoint", ingresses: "ingress", egresses: "egress" } as const;

export function isLegacy(map: LocatedMap): boolean {
  return map.fields.has("version") || map.fields.has("module");
}

export function legacyComponents(map: LocatedMap, issues: IssueList): Component[] {
  if (!isVersion30(map, issues)) return [];
  checkNames(map, ["version", "module"], { issues, path: "document" });
  const module = mapIn(map, "module", issues);
  if (module === undefined) return [];
  checkNames(module, ["meta", "spec"], { issues, path: "module" });
  const meta = module.fields.get("meta")?.value;
  if (meta !== undefined) checkMeta(meta, issues);
  const spec = mapIn(module, "spec", issues);
  if (spec === undefined) return [];
  checkNames(spec, Object.keys(sections), { issues, path: "module.spec" });
  return Object.entries(sections).flatMap(([plural, singular]) => sectionComponents(spec.fields.get(plural)?.value, singular, issues));
}

function isVersion30(map: LocatedMap, issues: IssueList): boolean {
  const version = map.fields.get("version");
  const written = version?.value.kind === "scalar" ? version.value.text : undefined;
  if (written === "3.0") return true;
  const position = version?.value.position ?? map.position;
  const problem =
    written === undefined ? "This document has `module` and no `version`." : `Documents of version ${written} cannot be read.`;
  issues.error(position, `${problem} Only 3.0 can; better write each part as \`kind\` and \`spec\`.`, "3.0");
  return false;
}

function sectionComponents(list: LocatedValue | undefined, singular: string, issues: IssueList): Component[] {
  if (list === undefined) return [];
  if (list.kind !== "list") {
    issues.error(list.position, `This must be a list of entries \`- ${singular}:\`.`);
    return [];
  }
  return list.items.map((item) => legacyComponent(item, singular, issues)).filter((component) => component !== undefined);
}

function legacyComponent(item: LocatedValue, singular: string, issues: IssueList): Component | undefined {
  if (item.kind !== "map") {
    issues.error(item.position, `This must be an entry \`${singular}:\` with \`meta\` and \`spec\`.`);
    return undefined;
  }
  checkNames(item, [singular], { issues, path: "entry" });
  const entry = mapIn(item, singular, issues);
  if (entry === undefined) return undefined;
  checkNames(entry, ["meta", "spec"], { issues, path: singular });
  const meta = mapIn(entry, "meta", issues);
  const spec = mapIn(entry, "spec", issues);
  if (meta === undefined || spec === undefined) return undefined;
  const kindField = singular === "endpoint" ? "kind" : "type";
  checkNames(meta, singular === "endpoint" ? ["kind"] : ["type", "id"], { issues, path: `${singular}.meta` });
  const kind = legacyKind(meta, kindField, { singular, issues });
  if (kind === undefined) return undefined;
  const id = meta.fields.get("id");
  const fields = id === undefined || singular === "endpoint" ? spec.fields : new Map([["id", id], ...spec.fields]);
  return { kind, position: entry.position, spec: { ...spec, fields } };
}

function legacyKind(meta: LocatedMap, field: string, { singular, issues }: { singular: string; issues: IssueList }): string | undefined {
  const value = meta.fields.get(field)?.value;
  const written = value?.kind === "scalar" ? value.text : "";
  const known = Object.keys(legacyKinds).filter((kind) => (singular === "endpoint" ? kind === "http" : kind.endsWith(`/${singular}`)));
  if (known.includes(written)) return legacyKinds[written];
  issues.error(value?.position ?? meta.position, `\`meta.${field}\` must be one of ${known.join(", ")}.`, nearestWord(written, known));
  return undefined;
}

function checkMeta(meta: LocatedValue, issues: IssueList): void {
  if (meta.kind !== "map") {
    issues.error(meta.position, "`module.meta` must be a map with `type: remote`.");
    return;
  }
  checkFields(meta, { type: { shape: { kind: "word", words: ["remote"] }, meaning: "remote" } }, { issues, path: "module.meta" });
}

function mapIn(map: LocatedMap, name: string, issues: IssueList): LocatedMap | undefined {
  const value = map.fields.get(name)?.value;
  if (value?.kind === "map") return value;
  issues.error(
    value?.position ?? map.position,
    value === undefined ? `\`${name}\` is absent here.` : `\`${name}\` must be a map of properties.`,
    name,
  );
  return undefined;
}

function checkNames(map: LocatedMap, known: readonly string[], { issues, path }: { issues: IssueList; path: string }): void {
  for (const [name, field] of map.fields) {
    if (known.includes(name)) continue;
    issues.error(field.keyPosition, `\`${name}\` is no property of \`${path}\`; it takes ${known.join(", ")}.`, nearestWord(name, known));
  }
}
