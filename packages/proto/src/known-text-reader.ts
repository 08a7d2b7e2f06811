/**
 * KnownTextReader: reads messages whose short texts (names of types, of states) are nearly always texts that were read before. Such a text
 * is compared with its bytes and is not made again: it costs no memory, and a look-up by it needs no hash. Neighbours: the decoders of
 * replies and of the Publish stream, which read several names for each message. It reads the same texts as protobufjs, and throws where
 * that throws.
 */
import protobuf from "protobufjs/minimal.js";

/** Longer texts are made anew. */
const textBytesMax = 64;
/** A power of two. A text takes the place of the one before it with the same hash. */
const textsMax = 1024;

const texts: string[] = Array.from({ length: textsMax }, () => "");

export class KnownTextReader extends protobuf.Reader {
  override stringVerify(): string {
    const begin = this.pos;
    const length = this.uint32();
    const { buf, pos: start } = this;
    if (length > 0 && length <= textBytesMax && start + length <= this.len) {
      let hash = length;
      for (let at = start; at < start + length; at++) hash = (Math.imul(hash, 31) + (buf[at] ?? 0)) | 0;
      const place = hash & (textsMax - 1);
      const known = texts[place] ?? "";
      let isSame = known.length === length;
      for (let index = 0; isSame && index < length; index++) isSame = known.charCodeAt(index) === buf[start + index];
      if (isSame) {
        this.pos = start + length;
        return known;
      }
      this.pos = begin;
      const text = super.stringVerify();
      // A text has as many characters as bytes only if all of them are ASCII, and only such texts can be compared byte by byte.
      if (text.length === length) texts[place] = text;
      return text;
    }
    this.pos = begin;
    return super.stringVerify();
  }
}
