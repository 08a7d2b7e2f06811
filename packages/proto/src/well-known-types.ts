/**
 * WellKnownTypes: protobuf types that every runtime brings (google.protobuf wrappers, Timestamp, Duration, Struct, Empty), known without an
 * uploaded descriptor. Neighbour: value-codec.ts asks here after the descriptors that people uploaded.
 */
import protobuf from "protobufjs";

const files = ["wrappers", "timestamp", "duration", "struct", "empty"];
let root: protobuf.Root | undefined;

/** Looks up `<anything>/google.protobuf.<Name>`. */
export function wellKnownType(typename: string): protobuf.Type | undefined {
  const fullName = typename.slice(typename.lastIndexOf("/") + 1);
  if (!fullName.startsWith("google.protobuf.")) return undefined;
  root ??= loadRoot();
  try {
    return root.lookupType(fullName);
  } catch {
    return undefined;
  }
}

function loadRoot(): protobuf.Root {
  const made = new protobuf.Root();
  for (const file of files) {
    const nested = protobuf.common.get(`google/protobuf/${file}.proto`)?.nested;
    if (nested !== undefined) protobuf.Root.fromJSON({ nested }, made);
  }
  made.resolveAll();
  return made;
}
