/**
 * DescriptorIndex: where each message of a FileDescriptorSet stands in its bytes, found in one pass over them; nothing is built. A type is
 * built when a value of it is met, from itself and what it refers to (descriptor-closure.ts).
 * Guarantee: time and memory are linear in the bytes, and messages, depth and names are bounded; what is beyond is refused with a reason.
 */
import protobuf from "protobufjs";

export const descriptorSetBytesMax = 4 * 1024 * 1024;
const descriptorMessagesMax = 10_000;
const descriptorFieldsMax = 100_000;
const descriptorFilesMax = 2_000;
const descriptorDepthMax = 32;
const nameCharactersMax = 512;

/** Field numbers of google/protobuf/descriptor.proto. */
export const setTags = { file: 0x0a } as const;
export const fileTags = { name: 0x0a, package: 0x12, dependency: 0x1a, message: 0x22, enumeration: 0x2a } as const;
export const messageTags = { name: 0x0a, field: 0x12, nested: 0x1a, enumeration: 0x22, options: 0x3a } as const;
export const fieldTags = { name: 0x0a, typeName: 0x32 } as const;

export interface IndexedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly packageName: string;
}

export interface IndexedType {
  readonly kind: "message" | "enumeration";
  /** The name without the leading dot. */
  readonly fullName: string;
  readonly file: IndexedFile;
  /** Its DescriptorProto or EnumDescriptorProto. */
  readonly bytes: Uint8Array;
  readonly parent: IndexedType | undefined;
  readonly isMapEntry: boolean;
}

export interface DescriptorIndex {
  readonly types: ReadonlyMap<string, IndexedType>;
  readonly fileNames: ReadonlySet<string>;
  readonly dependencies: ReadonlySet<string>;
}

class DescriptorsRefused extends Error {}

/** Throws DescriptorsRefused, or the reader's error when the bytes are no protobuf. */
export function indexDescriptors(bytes: Uint8Array): DescriptorIndex {
  if (bytes.length > descriptorSetBytesMax) {
    throw new DescriptorsRefused(`it has ${bytes.length} bytes; at most ${descriptorSetBytesMax} are accepted`);
  }
  const index = { types: new Map<string, IndexedType>(), fileNames: new Set<string>(), dependencies: new Set<string>(), files: 0 };
  eachField(bytes, (tag, content) => {
    if (tag !== setTags.file) return;
    index.files += 1;
    if (index.files > descriptorFilesMax) throw new DescriptorsRefused(`it has more than ${descriptorFilesMax} files`);
    indexFile(content, index);
  });
  return index;
}

interface Found {
  readonly types: Map<string, IndexedType>;
  readonly fileNames: Set<string>;
  readonly dependencies: Set<string>;
}

function indexFile(bytes: Uint8Array, found: Found): void {
  let name = "";
  let packageName = "";
  const children: [IndexedType["kind"], Uint8Array][] = [];
  eachField(bytes, (tag, content) => {
    if (tag === fileTags.name) name = utf8(content);
    else if (tag === fileTags.package) packageName = utf8(content);
    else if (tag === fileTags.dependency) found.dependencies.add(utf8(content));
    else if (tag === fileTags.message) children.push(["message", content]);
    else if (tag === fileTags.enumeration) children.push(["enumeration", content]);
  });
  if (packageName !== "") requireName(packageName, "package");
  found.fileNames.add(name);
  const file = { name, bytes, packageName };
  for (const [kind, content] of children) indexType(content, { kind, file, parent: undefined, scope: packageName, depth: 1 }, found);
}

interface Place {
  readonly kind: IndexedType["kind"];
  readonly file: IndexedFile;
  readonly parent: IndexedType | undefined;
  readonly scope: string;
  readonly depth: number;
}

function indexType(bytes: Uint8Array, { kind, file, parent, scope, depth }: Place, found: Found): void {
  if (depth > descriptorDepthMax) throw new DescriptorsRefused(`${scope} is nested deeper than ${descriptorDepthMax} messages`);
  let name = "";
  let isMapEntry = false;
  const children: [IndexedType["kind"], Uint8Array][] = [];
  eachField(bytes, (tag, content) => {
    if (tag === messageTags.name) name = utf8(content);
    if (kind === "enumeration") return;
    if (tag === messageTags.nested) children.push(["message", content]);
    else if (tag === messageTags.enumeration) children.push(["enumeration", content]);
    else if (tag === messageTags.options) isMapEntry = hasMapEntry(content);
  });
  const fullName = scope === "" ? name : `${scope}.${name}`;
  requireName(fullName, kind);
  if (found.types.size >= descriptorMessagesMax) throw new DescriptorsRefused(`it declares more than ${descriptorMessagesMax} types`);
  const type = { kind, fullName, file, bytes, parent, isMapEntry };
  found.types.set(fullName, type);
  for (const [child, content] of children)
    indexType(content, { kind: child, file, parent: type, scope: fullName, depth: depth + 1 }, found);
}

/**
 * Also checks the number and the names of the fields of every message. That takes long for a large set, so it runs outside the engine's
 * thread. Returns undefined when all is well, and the reason otherwise.
 */
export function descriptorFault(bytes: Uint8Array): string | undefined {
  try {
    const { types } = indexDescriptors(bytes);
    let fields = 0;
    for (const type of types.values()) {
      if (type.kind === "enumeration") continue;
      eachField(type.bytes, (tag, content) => {
        if (tag !== messageTags.field) return;
        fields += 1;
        if (fields > descriptorFieldsMax) throw new DescriptorsRefused(`it declares more than ${descriptorFieldsMax} fields`);
        eachField(content, (fieldTag, text) => {
          if (fieldTag === fieldTags.name) requireName(utf8(text), `field of ${type.fullName}`);
        });
      });
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Calls back with each length-delimited field and skips the others. */
export function eachField(bytes: Uint8Array, take: (tag: number, content: Uint8Array) => void): void {
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if ((tag & 7) === 2) take(tag, reader.bytes());
    else reader.skipType(tag & 7);
  }
}

/** MessageOptions.map_entry = 7. */
function hasMapEntry(options: Uint8Array): boolean {
  const reader = protobuf.Reader.create(options);
  let is = false;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x38) is = reader.bool();
    else reader.skipType(tag & 7);
  }
  return is;
}

const namePattern = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

function requireName(name: string, of: string): void {
  const shown = JSON.stringify(name.slice(0, 60));
  if (name.length > nameCharactersMax)
    throw new DescriptorsRefused(`the name ${shown}… of a ${of} has more than ${nameCharactersMax} characters`);
  if (!namePattern.test(name) || name.includes("__proto__")) throw new DescriptorsRefused(`${shown} is no name for a ${of}`);
}

const decoder = new TextDecoder();

export function utf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
