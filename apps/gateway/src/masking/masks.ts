/**
 * Masks: values as people see them: what the rules in force hide is replaced before anything else looks at the value. One of the gateway, and one
 * in the process of a SQL query for what it reads by itself. Neighbours: mask-table.ts has the rules, mask-value.ts looks into documents,
 * masked-engine.ts puts it before everything that the runtime tells.
 */
import { decodeValue, DescriptorRegistry } from "@signalbox/proto";
import type { JournalValue, TypedValue } from "@signalbox/runtime";
import { MaskTable, type HiddenFields } from "./mask-table.ts";
import { maskDocument, wholeMask } from "./mask-value.ts";
import type { Mask, Masked } from "./masked-value.ts";

/** Larger ones are not looked into: they are hidden whole. */
const lookedIntoBytesMax = 1024 * 1024;
const egressRecordPrefix = "io.statefun.sdk.egress.";
/** What a record for Kafka or Kinesis carries beside a value that is a document. */
const recordFields: HiddenFields = [["key"], ["partitionKey"], ["explicitHashKey"], ["valueText"], ["valueBytes"]];

export class Masks {
  readonly table: MaskTable;
  readonly #descriptors: DescriptorRegistry;

  constructor(descriptors: DescriptorRegistry, table = new MaskTable()) {
    this.table = table;
    this.#descriptors = descriptors;
  }

  /** The value itself where nothing of it is hidden. */
  typed(value: TypedValue, hidden: HiddenFields): TypedValue {
    const mask = value.hasValue === false ? undefined : this.#maskOf(value.typename, value.bytes, hidden);
    return mask === undefined ? value : withMask({ typename: value.typename, bytes: shownBytes(mask) }, mask);
  }

  /** Of one whose bytes were not kept only the size is known, which stays. */
  kept(value: JournalValue, hidden: HiddenFields): JournalValue {
    const { typename, bytes } = value;
    const mask = bytes === undefined || value.hasValue === false ? undefined : this.#maskOf(typename, bytes, hidden);
    if (mask === undefined) return value;
    const shown = shownBytes(mask);
    return withMask({ typename, bytes: shown, sizeBytes: shown.length }, mask);
  }

  /** `bytes` may be the beginning of a value of `sizeBytes` alone, which nobody can look into. */
  beginning(value: JournalValue, hidden: HiddenFields): JournalValue {
    if (hidden.length === 0 || value.bytes === undefined || value.bytes.length >= value.sizeBytes) return this.kept(value, hidden);
    return this.kept(value, [[]]);
  }

  /** A value as somebody wrote it. */
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

/** For reads that were unmasked. */
export const noMasks = new Masks(new DescriptorRegistry());
