/**
 * DescriptorRegistry: protobuf types known through uploaded FileDescriptorSets (`protoc --include_imports --descriptor_set_out=…`).
 * Neighbours: value-codec.ts looks types up by typename; the gateway's catalog keeps the uploaded bytes.
 * Guarantee: a set is added whole or not at all; adding a name again replaces it; the set added last wins a name that two declare.
 */
import protobuf from "protobufjs";
import descriptor from "protobufjs/ext/descriptor.js";

export const descriptorSetBytesMax = 4 * 1024 * 1024;
export const descriptorSetsMax = 256;

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
  readonly types: ReadonlyMap<string, protobuf.Type>;
}

const includeImports = "make the set with protoc --include_imports --descriptor_set_out=<file>";

export class DescriptorRegistry {
  readonly #sets = new Map<string, DescriptorSet>();

  add(name: string, bytes: Uint8Array): AddedDescriptors {
    if (bytes.length > descriptorSetBytesMax) {
      return { kind: "error", reason: `the descriptor set has ${bytes.length} bytes; at most ${descriptorSetBytesMax} are accepted` };
    }
    if (!this.#sets.has(name) && this.#sets.size >= descriptorSetsMax) {
      return { kind: "error", reason: `${descriptorSetsMax} descriptor sets are loaded; remove one first` };
    }
    const types = new Map<string, protobuf.Type>();
    try {
      collectTypes(protobuf.Root.fromDescriptor(withWellKnownTypes(bytes)), types);
    } catch (error) {
      return {
        kind: "error",
        reason: `not a readable FileDescriptorSet (${error instanceof Error ? error.message : String(error)}); ${includeImports}`,
      };
    }
    if (types.size === 0) return { kind: "error", reason: `the descriptor set declares no message types; ${includeImports}` };
    const summary = { name, types: [...types.keys()].sort(), sizeBytes: bytes.length };
    this.#sets.delete(name);
    this.#sets.set(name, { summary, types });
    return { kind: "ok", types: summary.types };
  }

  /** False: no set has this name. */
  remove(name: string): boolean {
    return this.#sets.delete(name);
  }

  list(): DescriptorSetSummary[] {
    return [...this.#sets.values()].map((set) => set.summary);
  }

  /** By `<anything>/<full name>`: the part after the last slash names the message. */
  lookup(typename: string): protobuf.Type | undefined {
    if (this.#sets.size === 0) return undefined;
    const fullName = typename.slice(typename.lastIndexOf("/") + 1);
    let found: protobuf.Type | undefined;
    for (const set of this.#sets.values()) found = set.types.get(fullName) ?? found;
    return found;
  }
}

function collectTypes(parent: protobuf.NamespaceBase, into: Map<string, protobuf.Type>): void {
  for (const child of parent.nestedArray) {
    if (child instanceof protobuf.Type && !child.options?.["map_entry"]) into.set(child.fullName.slice(1), child);
    if (child instanceof protobuf.Namespace) collectTypes(child, into);
  }
}

/** Sets made without imports often lack only Google's own files, which every protobuf runtime brings. Encoded sets add up by concatenation. */
function withWellKnownTypes(bytes: Uint8Array): Uint8Array {
  const { present, wanted } = fileNames(bytes);
  const parts: Uint8Array[] = [];
  for (const file of wanted) {
    const nested = present.has(file) ? undefined : protobuf.common.get(file)?.nested;
    if (nested === undefined) continue;
    parts.push(descriptor.FileDescriptorSet.encode(protobuf.Root.fromJSON({ nested }).toDescriptor("proto3")).finish());
  }
  return parts.length === 0 ? bytes : Buffer.concat([...parts, bytes]);
}

/** FileDescriptorSet.file = 1; FileDescriptorProto.name = 1, dependency = 3. */
function fileNames(bytes: Uint8Array): { present: Set<string>; wanted: Set<string> } {
  const present = new Set<string>();
  const wanted = new Set<string>();
  const set = protobuf.Reader.create(bytes);
  while (set.pos < set.len) {
    const setTag = set.uint32();
    if (setTag !== 0x0a) {
      set.skipType(setTag & 7);
      continue;
    }
    const file = protobuf.Reader.create(set.bytes());
    while (file.pos < file.len) {
      const tag = file.uint32();
      if (tag === 0x0a) present.add(file.string());
      else if (tag === 0x1a) wanted.add(file.string());
      else file.skipType(tag & 7);
    }
  }
  return { present, wanted };
}
