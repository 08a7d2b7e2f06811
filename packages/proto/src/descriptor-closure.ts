/**
 * Closure of a type: the type and all that it refers to, as a separate FileDescriptorSet cut out of the bytes that the index points into.
 * What protobufjs builds from it costs as much as the type, however large the uploaded set is.
 * Guarantee: at most closureTypesMax types and closureFieldsMax fields; a type that needs more has no closure.
 */
import protobuf from "protobufjs";
import {
  eachField,
  fieldTags,
  fileTags,
  messageTags,
  setTags,
  utf8,
  type DescriptorIndex,
  type IndexedFile,
  type IndexedType,
} from "./descriptor-index.ts";

const closureTypesMax = 256;
const closureFieldsMax = 1_000;

/** Returns undefined when the type is too large to be built, or refers to a type that is not there. */
export function closureOf(index: DescriptorIndex, fullName: string): Uint8Array | undefined {
  const needed = neededTypes(index, fullName);
  if (needed === undefined) return undefined;
  const shells = new Set<IndexedType>();
  for (const type of needed) for (let at = type.parent; at !== undefined; at = at.parent) if (!needed.has(at)) shells.add(at);
  const files = new Map<IndexedFile, IndexedType[]>();
  for (const type of [...needed, ...shells]) if (type.parent === undefined) files.set(type.file, [...(files.get(type.file) ?? []), type]);
  const inside = { needed, children: childrenOf([...needed, ...shells]) };
  const writer = protobuf.Writer.create();
  for (const [file, types] of files) writer.uint32(setTags.file).bytes(fileWith(file, types, inside));
  return writer.finish();
}

function neededTypes(index: DescriptorIndex, fullName: string): Set<IndexedType> | undefined {
  const needed = new Set<IndexedType>();
  const waiting = [index.types.get(fullName)];
  let fields = 0;
  while (waiting.length > 0) {
    const type = waiting.pop();
    if (type === undefined) return undefined;
    if (needed.has(type)) continue;
    needed.add(type);
    const { references, count } = type.kind === "message" ? fieldsOf(type) : { references: [], count: valuesOf(type) };
    fields += count;
    if (needed.size > closureTypesMax || fields > closureFieldsMax) return undefined;
    for (const reference of new Set(references)) waiting.push(resolve(index, reference, type.fullName));
  }
  return needed;
}

function fieldsOf(type: IndexedType): { references: string[]; count: number } {
  const references: string[] = [];
  let count = 0;
  eachField(type.bytes, (tag, field) => {
    if (tag !== messageTags.field) return;
    count += 1;
    eachField(field, (fieldTag, text) => {
      if (fieldTag === fieldTags.typeName) references.push(utf8(text));
    });
  });
  return { references, count };
}

/** EnumDescriptorProto.value = 2. */
function valuesOf(type: IndexedType): number {
  let count = 0;
  eachField(type.bytes, (tag) => {
    if (tag === 0x12) count += 1;
  });
  return count;
}

/** protoc writes full names with a leading dot; a name without one is looked for from the inside out. */
function resolve(index: DescriptorIndex, reference: string, scope: string): IndexedType | undefined {
  if (reference.startsWith(".")) return index.types.get(reference.slice(1));
  for (let at = scope; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) {
    const found = index.types.get(`${at}.${reference}`);
    if (found !== undefined) return found;
  }
  return index.types.get(reference);
}

interface Inside {
  readonly needed: ReadonlySet<IndexedType>;
  readonly children: ReadonlyMap<IndexedType, readonly IndexedType[]>;
}

function childrenOf(types: readonly IndexedType[]): Map<IndexedType, IndexedType[]> {
  const children = new Map<IndexedType, IndexedType[]>();
  for (const type of types) {
    if (type.parent === undefined) continue;
    const others = children.get(type.parent);
    if (others === undefined) children.set(type.parent, [type]);
    else others.push(type);
  }
  return children;
}

/** FileDescriptorProto without what is not needed: other types (4, 5), services (6), extensions (7), imports (3), source positions (9). */
const fileFieldsLeftOut: ReadonlySet<number> = new Set([0x22, 0x2a, 0x32, 0x3a, 0x1a, 0x4a]);

function fileWith(file: IndexedFile, types: readonly IndexedType[], inside: Inside): Uint8Array {
  return rewritten(file.bytes, fileFieldsLeftOut, (writer) => {
    for (const type of types) {
      writer.uint32(type.kind === "message" ? fileTags.message : fileTags.enumeration).bytes(typeWith(type, inside));
    }
  });
}

/**
 * A message that is there only because it contains a needed type keeps nothing but its name; extensions (6) and their ranges are removed
 * from all.
 */
const messageFieldsLeftOut: ReadonlySet<number> = new Set([0x1a, 0x22, 0x32]);
const shellFieldsLeftOut: ReadonlySet<number> = new Set([0x12, 0x1a, 0x22, 0x32, 0x42]);

function typeWith(type: IndexedType, inside: Inside): Uint8Array {
  if (type.kind === "enumeration") return type.bytes;
  return rewritten(type.bytes, inside.needed.has(type) ? messageFieldsLeftOut : shellFieldsLeftOut, (writer) => {
    for (const child of inside.children.get(type) ?? []) {
      writer.uint32(child.kind === "message" ? messageTags.nested : messageTags.enumeration).bytes(typeWith(child, inside));
    }
  });
}

function rewritten(bytes: Uint8Array, leftOut: ReadonlySet<number>, add: (writer: protobuf.Writer) => void): Uint8Array {
  const parts: Uint8Array[] = [];
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const from = reader.pos;
    const tag = reader.uint32();
    reader.skipType(tag & 7);
    if (!leftOut.has(tag)) parts.push(bytes.subarray(from, reader.pos));
  }
  const writer = protobuf.Writer.create();
  add(writer);
  return Buffer.concat([...parts, writer.finish()]);
}
