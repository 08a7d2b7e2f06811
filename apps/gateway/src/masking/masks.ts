/**
 * Masks: values as people see them: what the rules in force hide is replaced before anything else sees the value. The gateway has one, and
 * the process of a SQL query has one for what it reads by itself. Neighbours: mask-table.ts has the rules, mask-value.ts searches
 * documents, masked-engine.ts applies them to everything that the runtime returns.
 */
import { decodeValue, DescriptorRegistry } from "@signalbox/proto";
import type { JournalValue, TypedValue } from "@signalbox/runtime";
import { MaskTable, type HiddenFields } from "./mask-table.ts";
import { maskDocument, wholeMask } from "./mask-value.ts";
import type { Mask, Masked } from "./masked-value.ts";

/** Larger values are not searched; they are hidden as a whole. */
const lookedIntoBytesMax = 1024 * 1024;
const egressRecordPrefix = "io.statefun.sdk.egress.";
/** The fields that a record for Kafka or Kinesis has beside a value that is a document. */
const recordFields: HiddenFields = [["key"], ["partitionKey"], ["explicitHashKey"], ["valueText"], ["valueBytes"]];

export class Masks {
  readonly table: MaskTable;
  readonly #descriptors: DescriptorRegistry;

  constructor(descriptors: DescriptorRegistry, table = new MaskTable()) {
    this.table = table;
    this.#descriptors = descriptors;
  }

  /** Returns the value itself when nothing of it is hidden. */
  typed(value: TypedValue, hidden: HiddenFields): TypedValue {
    const mask = value.hasValue === false ? undefined : this.#maskOf(value.typename, value.bytes, hidden);
    return mask === undefined ? value : withMask({ typename: value.typename, bytes: shownBytes(mask) }, mask);
  }

  /** Of a value whose bytes were not kept only the size is known, and that stays visible. */
  kept(value: JournalValue, hidden: HiddenFields): JournalValue {
    const { typename, bytes } = value;
    const mask = bytes === undefined || value.hasValue === false ? undefined : this.#maskOf(typename, bytes, hidden);
    if (mask === undefined) return value;
    const shown = shownBytes(mask);
    return withMask({ typename, bytes: shown, sizeBytes: shown.length }, mask);
  }

  /** `bytes` may be only the beginning of a value of `sizeBytes`. A beginning cannot be searched, so it is hidden as a whole. */
  beginning(value: JournalValue, hidden: HiddenFields): JournalValue {
    if (hidden.length === 0 || value.bytes === undefined || value.bytes.length >= value.sizeBytes) return this.kept(value, hidden);
    return this.kept(value, [[]]);
  }

  /** Masks a value as somebody wrote it. */
  written(text: string, hidden: HiddenFields): string {
    return hidden.length === 0 ? text : (maskDocument(text, hidden)?.text ?? text);
  }

  #maskOf(typename: string, bytes: Uint8Array, hidden: HiddenFields): Mask | undefined {
    if (hidden.length === 0) return undefined;
    if (bytes.length > lookedIntoBytesMax || hidden.some((path) => path.length === 0)) return wholeMask;
    const decoded = decodeValue(typename, bytes, this.#descriptors);
    if (decoded.as !== "json") return wholeMask;
    if (!typename.startsWith(egressRecordPrefix)) return maskDocument(decoded.text, hidden);
    return maskDocument(decoded.text, [...hidden, ...hidden.map((path) => ["value", ...path]), ...recordFields]);
  }
}

function shownBytes({ text }: Mask): Uint8Array {
  return new TextEncoder().encode(text);
}

function withMask<T extends object>(value: T, mask: Mask): T & Masked {
  return { ...value, mask };
}

/** Masks without rules, for reads that were unmasked. */
export const noMasks = new Masks(new DescriptorRegistry());
