/**
 * ValueCodec: decodes the bytes of a value to what people read, and encodes what people typed.
 * The engine keeps values opaque; this is the only place of the gateway that looks inside. Decoding never throws: a value without a fitting
 * decoder is shown as text or bytes with the reason. Encoding refuses with INVALID_VALUE, which names what the type takes.
 */
import type { JournalValue, TypedValue } from "@signalbox/runtime";
import { decodeValue, encodeValue, prettyJson, type DescriptorRegistry } from "@signalbox/proto";
import { GatewayError } from "../contract/problem.ts";
import type { ValueView } from "../contract/shapes/value.ts";
import { maskOf, maskText, type Mask } from "../masking/masked-value.ts";
import { previewBytesMax } from "./preview-limits.ts";

export interface ValueCodec {
  view(value: TypedValue): ValueView;
  /** Shows a journal value; at level metadata only its size is known. */
  viewKept(value: JournalValue): ValueView;
  /** Returns the value as compact JSON text, or undefined where no decoder gives JSON. */
  json(value: TypedValue): string | undefined;
  /** Returns at most 120 characters on one line. The first previewBytesMax bytes of a journal value are enough. */
  preview(value: TypedValue | JournalValue): string;
  /** `text` is the JSON for the type (scalars for built-in types). */
  encode(typename: string, text: string): TypedValue;
}

const shownBytesMax = 1024 * 1024;
const prettyCharactersMax = 256 * 1024;
const previewCharactersMax = 120;
const utf8 = new TextDecoder();

export function createValueCodec(descriptors: DescriptorRegistry): ValueCodec {
  const view = (value: TypedValue): ValueView => {
    const { typename, bytes } = value;
    const mask = maskOf(value);
    if (mask !== undefined) return maskedView(typename, mask);
    if (bytes.length > shownBytesMax) {
      const head = bytes.subarray(0, shownBytesMax);
      return {
        typename,
        sizeBytes: bytes.length,
        as: "bytes",
        text: "",
        base64: Buffer.from(head).toString("base64"),
        decoder: `first ${shownBytesMax} bytes of ${bytes.length}; too large to decode here`,
      };
    }
    const decoded = decodeValue(typename, bytes, descriptors);
    const text = decoded.as === "json" && decoded.text.length <= prettyCharactersMax ? prettyJson(decoded.text) : decoded.text;
    return {
      typename,
      sizeBytes: bytes.length,
      as: decoded.as,
      text,
      base64: Buffer.from(bytes).toString("base64"),
      decoder: decoded.decoder,
    };
  };
  return {
    view,
    viewKept(value) {
      const { typename, bytes } = value;
      if (bytes === undefined) return absentView(value);
      const mask = maskOf(value);
      return mask === undefined ? view({ typename, bytes }) : maskedView(typename, mask);
    },
    json(value) {
      const { typename, bytes } = value;
      const mask = maskOf(value);
      if (mask !== undefined) return mask.as === "json" ? mask.text : JSON.stringify(mask.text);
      if (bytes.length > shownBytesMax) return undefined;
      const decoded = decodeValue(typename, bytes, descriptors);
      return decoded.as === "json" ? decoded.text : undefined;
    },
    preview(value) {
      const { typename, bytes } = value;
      if (bytes === undefined) return "";
      const mask = maskOf(value);
      if (mask !== undefined) return clean(mask.text);
      const sizeBytes = "sizeBytes" in value ? value.sizeBytes : bytes.length;
      if (sizeBytes > previewBytesMax) return clean(utf8.decode(bytes.subarray(0, previewBytesMax)));
      const decoded = decodeValue(typename, bytes, descriptors);
      return decoded.as === "bytes" ? `${bytes.length} bytes ${Buffer.from(bytes.subarray(0, 24)).toString("hex")}` : clean(decoded.text);
    },
    encode(typename, text) {
      if (text.includes(maskText)) throw holdsMask();
      const encoded = encodeValue(typename, text, descriptors);
      if (encoded.kind === "ok") return { typename, bytes: encoded.bytes };
      throw new GatewayError("INVALID_VALUE", { detail: encoded.reason, where: "value", cure: `Write a value that ${typename} takes.` });
    },
  };
}

/** The view has no bytes, because what is masked in the value cannot be sent again from here. */
function maskedView(typename: string, { text, as, paths }: Mask): ValueView {
  const shown = as === "json" && text.length <= prettyCharactersMax ? prettyJson(text) : text;
  return { typename, sizeBytes: Buffer.byteLength(text), as, text: shown, base64: "", decoder: "masked", masked: [...paths] };
}

function holdsMask(): GatewayError {
  return new GatewayError("INVALID_VALUE", {
    detail: `the value holds ${maskText}, which stands for what is masked`,
    where: "value",
    cure: "Write what is to stand there, or unmask the value with a reason and begin with that.",
  });
}

function clean(text: string): string {
  return text
    .replaceAll(/[\s\u0000-\u001f\ufffd]+/g, " ")
    .trim()
    .slice(0, previewCharactersMax);
}

function absentView({ typename, sizeBytes, erasedMs }: JournalValue): ValueView {
  const absent = { typename, sizeBytes, as: "absent", text: "", base64: "" } as const;
  if (erasedMs === undefined) return { ...absent, decoder: "the journal keeps only sizes" };
  return { ...absent, decoder: `erased on ${new Date(erasedMs).toISOString()}`, erasedMs };
}
