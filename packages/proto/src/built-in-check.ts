/**
 * BuiltInCheck: whether bytes are a value of the built-in type that they claim to be, on a path that sees hundreds of thousands a second.
 * What encoders write is recognised by its bytes alone, without allocating anything; only what is written in another way is decoded.
 * Neighbour: built-in-types.ts, which decides what a value is.
 */
import { decodeScalar, isBuiltInTypename, type BuiltInTypename } from "./built-in-types.ts";

const prefix = "io.statefun.types/";

/** Returns true for every type that is not built in, because nobody here knows what its bytes are. */
export function isValueOfItsType(typename: string, bytes: Uint8Array): boolean {
  if (bytes.length === 0 || !typename.startsWith(prefix) || !isBuiltInTypename(typename)) return true;
  return isAsWritten(typename, bytes) || decodeScalar(typename, bytes) !== undefined;
}

function isAsWritten(typename: BuiltInTypename, bytes: Uint8Array): boolean {
  switch (typename) {
    case "io.statefun.types/string":
      return isAsciiString(bytes);
    case "io.statefun.types/int":
    case "io.statefun.types/float":
      return bytes.length === 5 && bytes[0] === 0x0d;
    case "io.statefun.types/long":
    case "io.statefun.types/double":
      return bytes.length === 9 && bytes[0] === 0x09;
    case "io.statefun.types/bool":
      return bytes.length === 2 && bytes[0] === 0x08 && bytes[1] === 1;
  }
}

function isAsciiString(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x0a) return false;
  let at = 1;
  let length = 0;
  for (let scale = 1; ; scale *= 0x80) {
    const byte = bytes[at++];
    if (byte === undefined || at > 6) return false;
    length += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  if (at + length !== bytes.length) return false;
  for (; at < bytes.length; at++) if ((bytes[at] ?? 0) >= 0x80) return false;
  return true;
}
