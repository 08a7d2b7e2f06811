/**
 * SpecReader: reads values of a spec that checkShape has passed. An absent value is undefined; the caller knows the default.
 */
import { parseDuration } from "./duration.ts";
import type { LocatedMap, LocatedValue } from "./located-value.ts";
import type { LinePosition } from "./line-position.ts";
import { Secret } from "./secret.ts";

export class SpecReader {
  private readonly map: LocatedMap;

  constructor(map: LocatedMap) {
    this.map = map;
  }

  has(name: string): boolean {
    return this.map.fields.has(name);
  }

  text(name: string): string | undefined {
    return textOf(this.map.fields.get(name)?.value);
  }

  /** Returns the field as it may be shown, with variables by their names. */
  shown(name: string): string | undefined {
    const value = this.map.fields.get(name)?.value;
    return value?.kind === "scalar" && value.written !== undefined ? value.written : textOf(value);
  }

  /** Reads a field that its shape marks `secret`. */
  secret(name: string): Secret | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : new Secret(text);
  }

  /** Reads a list of secrets. */
  secrets(name: string): Secret[] {
    return this.texts(name).map((text) => new Secret(text));
  }

  /** Reads a list of single entries `- name: value` whose values are secret. */
  secretEntries(name: string): Record<string, Secret> {
    return Object.fromEntries(Object.entries(this.entries(name)).map(([key, text]) => [key, new Secret(text)]));
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : Number(text);
  }

  flag(name: string): boolean | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : text === "true";
  }

  durationMs(name: string): number | undefined {
    const text = this.text(name);
    const parsed = text === undefined ? undefined : parseDuration(text);
    return parsed?.kind === "ok" ? parsed.ms : undefined;
  }

  texts(name: string): string[] {
    const list = this.map.fields.get(name)?.value;
    return list?.kind === "list" ? list.items.map(textOf).filter((text) => text !== undefined) : [];
  }

  /** Reads a list of texts as they may be shown. */
  shownTexts(name: string): string[] {
    const list = this.map.fields.get(name)?.value;
    if (list?.kind !== "list") return [];
    return list.items.flatMap((item) => (item.kind === "scalar" ? [item.written ?? item.text] : []));
  }

  /** Reads a list of single entries `- name: value`. */
  entries(name: string): Record<string, string> {
    const list = this.map.fields.get(name)?.value;
    const entries = list?.kind === "list" ? list.items.flatMap((item) => (item.kind === "map" ? [...item.fields] : [])) : [];
    return Object.fromEntries(entries.map(([key, { value }]) => [key, textOf(value) ?? ""]));
  }

  inside(name: string): SpecReader | undefined {
    const value = this.map.fields.get(name)?.value;
    return value?.kind === "map" ? new SpecReader(value) : undefined;
  }

  /** Returns a reader for each map of a list. */
  insideEach(name: string): SpecReader[] {
    const list = this.map.fields.get(name)?.value;
    return list?.kind === "list" ? list.items.flatMap((item) => (item.kind === "map" ? [new SpecReader(item)] : [])) : [];
  }

  /** Returns the place of an entry of a list of single entries, or the place of the list when the entry is absent. */
  entryPosition(name: string, entry: string): LinePosition {
    const list = this.map.fields.get(name)?.value;
    const items = list?.kind === "list" ? list.items : [];
    for (const item of items) {
      const found = item.kind === "map" ? item.fields.get(entry) : undefined;
      if (found !== undefined) return found.value.position;
    }
    return this.position(name);
  }

  /** Returns the place of the property's value, or the map's own place when it is absent. */
  position(name: string): LinePosition {
    return this.map.fields.get(name)?.value.position ?? this.map.position;
  }
}

function textOf(value: LocatedValue | undefined): string | undefined {
  return value?.kind === "scalar" && value.value !== null ? value.text : undefined;
}
