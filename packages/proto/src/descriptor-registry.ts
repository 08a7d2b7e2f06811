/**
 * DescriptorRegistry: protobuf types known through uploaded FileDescriptorSets (`protoc --include_imports --descriptor_set_out=…`).
 * Neighbours: value-codec.ts looks types up by typename; the gateway's catalog keeps the uploaded bytes. descriptor-index.ts finds the
 * types, descriptor-closure.ts cuts out the one that is asked for; only that is built.
 * Guarantee: a set is added whole or not at all; adding a name again replaces it; the set added last wins a name that two declare.
 */
import protobuf from "protobufjs";
import descriptor from "protobufjs/ext/descriptor.js";
import { closureOf } from "./descriptor-closure.ts";
import { indexDescriptors, type DescriptorIndex } from "./descriptor-index.ts";

export const descriptorSetsMax = 256;
/** The limit over all sets, because the list of their names is one answer. */
const descriptorTypesMax = 40_000;
const builtTypesMax = 1_024;

export type AddedDescriptors =
  | { readonly kind: "ok"; readonly types: readonly string[] }
  | { readonly kind: "error"; readonly reason: string };

export interface DescriptorSetSummary {
  readonly name: string;
  /** Full names, sorted. */
  readonly types: readonly string[];
  readonly sizeBytes: number;
}

interface DescriptorSet {
  readonly summary: DescriptorSetSummary;
  readonly index: DescriptorIndex;
}

const includeImports = "make the set with protoc --include_imports --descriptor_set_out=<file>";

export class DescriptorRegistry {
  readonly #sets = new Map<string, DescriptorSet>();
  /** Null when it cannot be built. */
  readonly #built = new Map<string, protobuf.Type | null>();

  add(name: string, bytes: Uint8Array): AddedDescriptors {
    if (!this.#sets.has(name) && this.#sets.size >= descriptorSetsMax) {
      return { kind: "error", reason: `${descriptorSetsMax} descriptor sets are loaded; remove one first` };
    }
    let index: DescriptorIndex;
    try {
      index = withWellKnownTypes(indexDescriptors(bytes));
    } catch (error) {
      return {
        kind: "error",
        reason: `not a readable FileDescriptorSet (${error instanceof Error ? error.message : String(error)}); ${includeImports}`,
      };
    }
    const types = [...index.types.values()].filter((type) => type.kind === "message" && !type.isMapEntry).map((type) => type.fullName);
    if (types.length === 0) return { kind: "error", reason: `the descriptor set declares no message types; ${includeImports}` };
    let others = 0;
    for (const set of this.#sets.values()) if (set.summary.name !== name) others += set.summary.types.length;
    if (others + types.length > descriptorTypesMax) {
      return { kind: "error", reason: `all sets together would declare more than ${descriptorTypesMax} types; remove one first` };
    }
    const summary = { name, types: types.sort(), sizeBytes: bytes.length };
    this.#sets.delete(name);
    this.#sets.set(name, { summary, index });
    this.#built.clear();
    return { kind: "ok", types: summary.types };
  }

  /** Returns false when no set has this name. */
  remove(name: string): boolean {
    this.#built.clear();
    return this.#sets.delete(name);
  }

  list(): DescriptorSetSummary[] {
    return [...this.#sets.values()].map((set) => set.summary);
  }

  /** Looks up `<anything>/<full name>`: the part after the last slash names the message. */
  lookup(typename: string): protobuf.Type | undefined {
    if (this.#sets.size === 0) return undefined;
    const fullName = typename.slice(typename.lastIndexOf("/") + 1);
    const built = this.#built.get(fullName);
    if (built !== undefined) return built ?? undefined;
    const index = [...this.#sets.values()].findLast((set) => isMessage(set.index, fullName))?.index;
    if (index === undefined) return undefined;
    if (this.#built.size >= builtTypesMax) this.#built.clear();
    const type = build(index, fullName);
    this.#built.set(fullName, type ?? null);
    return type;
  }
}

function isMessage(index: DescriptorIndex, fullName: string): boolean {
  const type = index.types.get(fullName);
  return type?.kind === "message" && !type.isMapEntry;
}

function build(index: DescriptorIndex, fullName: string): protobuf.Type | undefined {
  try {
    const closure = closureOf(index, fullName);
    return closure === undefined ? undefined : protobuf.Root.fromDescriptor(closure).lookupType(fullName);
  } catch {
    return undefined;
  }
}

/** Sets made without imports often lack only Google's own files, which every protobuf runtime brings. */
function withWellKnownTypes(index: DescriptorIndex): DescriptorIndex {
  const types = new Map(index.types);
  for (const file of index.dependencies) {
    const nested = index.fileNames.has(file) ? undefined : protobuf.common.get(file)?.nested;
    if (nested === undefined) continue;
    const bytes = descriptor.FileDescriptorSet.encode(protobuf.Root.fromJSON({ nested }).toDescriptor("proto3")).finish();
    for (const [name, type] of indexDescriptors(bytes).types) if (!types.has(name)) types.set(name, type);
  }
  return { ...index, types };
}
