/**
 * parseModule: the YAML of one module becomes a ParsedModule, or issues with line, column and the nearest right word. Pure: it
 * reads no file and no environment but what it is given; tls-files.ts reads the certificates afterwards.
 * An error anywhere means no document, so nothing half-right is ever applied.
 */
import { LineCounter, parseAllDocuments, type Document } from "yaml";
import { buildEndpoint } from "./build-endpoint.ts";
import { buildConnector } from "./build-connector.ts";
import type { DeclaredConnector } from "../connectors/declared-connector.ts";
import { connectorOf } from "../connectors/kinds.ts";
import { checkFields } from "../shape/check-shape.ts";
import { collisions } from "./collisions.ts";
import { buildEmbedded } from "./build-embedded.ts";
import { buildLimit } from "./build-limit.ts";
import { buildMask } from "./build-mask.ts";
import { buildProcess } from "./build-process.ts";
import { componentKinds, embeddedEndpoint, limitKind, maskKind, processEndpoint } from "./component-kinds.ts";
import type { Component } from "./component.ts";
import { IssueList } from "../shape/issues.ts";
import { isLegacy, legacyComponents } from "./legacy-document.ts";
import { LimitReached, locate, positionAt, type LocatedMap, type LocatedValue } from "../shape/located-value.ts";
import { nearestWord } from "../shared/nearest-word.ts";
import {
  moduleBytesMax,
  moduleDocumentsMax,
  type ModuleParse,
  type ModuleText,
  type ParsedEndpoint,
  type ParsedLimit,
  type ParsedMask,
  type Position,
} from "./parsed-module.ts";
import { resolvePlaceholders } from "./placeholders.ts";

const start: Position = { line: 1, column: 1 };

export function parseModule({ name, yaml, env, carries }: ModuleText): ModuleParse {
  const issues = new IssueList();
  const endpoints: ParsedEndpoint[] = [];
  const ingresses: DeclaredConnector[] = [];
  const egresses: DeclaredConnector[] = [];
  const limits: ParsedLimit[] = [];
  const masks: ParsedMask[] = [];
  for (const found of readComponents(yaml, issues)) {
    const component = checkedComponent(found, { env, issues });
    if (component === undefined) continue;
    const context = { module: name, issues, carries };
    if (component.kind === limitKind) limits.push(buildLimit(component, context));
    else if (component.kind === maskKind) masks.push(buildMask(component, context));
    else if (component.kind === processEndpoint) endpoints.push(buildProcess(component, context));
    else if (component.kind === embeddedEndpoint) endpoints.push(buildEmbedded(component, context));
    else if (component.kind.startsWith("io.statefun.endpoints.")) endpoints.push(buildEndpoint(component, context));
    const connector = connectorOf.get(component.kind);
    if (connector === undefined) continue;
    (connector.direction === "ingress" ? ingresses : egresses).push(buildConnector(component, connector, context));
  }
  const document = { name, endpoints, ingresses, egresses, limits, masks };
  for (const { position, message } of collisions([document])) issues.error(position, message);
  const count = endpoints.length + ingresses.length + egresses.length + limits.length + masks.length;
  if (count === 0 && issues.errorCount === 0) issues.warning(start, "This module declares nothing.");
  return issues.errorCount > 0 ? { issues: issues.sorted() } : { issues: issues.sorted(), document };
}

function readComponents(yaml: string, issues: IssueList): Component[] {
  if (Buffer.byteLength(yaml) > moduleBytesMax) {
    issues.error(start, `The module is larger than ${moduleBytesMax} bytes. Split it into several modules.`);
    return [];
  }
  // Every document is composed before the first is looked at: too many of them are told by their marks.
  if (moreMatches(yaml, /^(?:---|\.\.\.)(?=\s|$)/gm, moduleDocumentsMax)) {
    issues.error(start, `The module has more than ${moduleDocumentsMax} documents. Split it into several modules.`);
    return [];
  }
  const lines = new LineCounter();
  try {
    const documents = readDocuments(yaml, lines, issues);
    const aliases = { count: 0 };
    return documents.flatMap((document) => documentComponents(document, { lines, issues, aliases }));
  } catch (error) {
    if (error instanceof LimitReached) issues.error(error.position, `The YAML cannot be read: ${error.message}.`);
    else if (error instanceof RangeError) issues.error(start, "The YAML cannot be read: it is nested too deeply.");
    else throw error;
    return [];
  }
}

function moreMatches(text: string, pattern: RegExp, most: number): boolean {
  let count = 0;
  for (const _ of text.matchAll(pattern)) if (++count > most) return true;
  return false;
}

function readDocuments(yaml: string, lines: LineCounter, issues: IssueList): Document[] {
  // Duplicate keys are told by locate(), in one pass; the package's own check takes quadratic time.
  const parsed = parseAllDocuments(yaml, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, logLevel: "silent" });
  const documents: Document[] = Array.isArray(parsed) ? [...parsed] : [];
  if (documents.length > moduleDocumentsMax) {
    issues.error(start, `The module has more than ${moduleDocumentsMax} documents. Split it into several modules.`);
    return [];
  }
  for (const document of documents) {
    for (const error of document.errors) issues.error(positionAt(lines, error.pos[0]), `This is not YAML: ${error.message}`);
    for (const warning of document.warnings) issues.warning(positionAt(lines, warning.pos[0]), warning.message);
  }
  return documents.filter((document) => document.errors.length === 0);
}

interface DocumentContext {
  readonly lines: LineCounter;
  readonly issues: IssueList;
  readonly aliases: { count: number };
}

function documentComponents(document: Document, { lines, issues, aliases }: DocumentContext): Component[] {
  if (document.contents === null) return [];
  const value = locate(document.contents, { document, lines, issues, aliases }, start);
  if (value.kind === "scalar" && value.value === null) return [];
  if (value.kind !== "map") {
    issues.error(value.position, "A document of a module is a map with `kind` and `spec`.");
    return [];
  }
  if (isLegacy(value)) return legacyComponents(value, issues);
  const component = envelope(value, issues);
  return component === undefined ? [] : [component];
}

function envelope(map: LocatedMap, issues: IssueList): Component | undefined {
  const known = ["kind", "spec"];
  for (const [name, field] of map.fields) {
    if (known.includes(name)) continue;
    issues.error(field.keyPosition, `\`${name}\` is no property of a component; it takes kind and spec.`, nearestWord(name, known));
  }
  const kind = componentKind(map.fields.get("kind")?.value, map.position, issues);
  const spec = map.fields.get("spec")?.value;
  if (spec?.kind !== "map") {
    issues.error(
      spec?.position ?? map.position,
      spec === undefined ? "`spec` is absent here." : "`spec` must be a map of properties.",
      "spec",
    );
    return undefined;
  }
  return kind === undefined ? undefined : { kind, position: map.position, spec };
}

function componentKind(value: LocatedValue | undefined, place: Position, issues: IssueList): string | undefined {
  const known = Object.keys(componentKinds);
  const written = value?.kind === "scalar" ? value.text : undefined;
  if (written !== undefined && known.includes(written)) return written;
  if (written === undefined) issues.error(value?.position ?? place, `\`kind\` is absent here; write one of ${known.join(", ")}.`, "kind");
  else
    issues.error(
      value?.position ?? place,
      `"${written}" is no kind of component; the kinds are ${known.join(", ")}.`,
      nearestWord(written, known),
    );
  return undefined;
}

/** Undefined when the module has errors; then it is not built. */
function checkedComponent(found: Component, { env, issues }: { env: ModuleText["env"]; issues: IssueList }): Component | undefined {
  const kind = componentKinds[found.kind];
  if (kind === undefined) return undefined;
  const before = issues.errorCount;
  const spec = resolvePlaceholders(found.spec, { env, issues, asWritten: kind.asWritten });
  if (spec.kind !== "map") return undefined;
  checkFields(spec, kind.spec, { issues, path: "spec" });
  return issues.errorCount > before ? undefined : { ...found, spec };
}
