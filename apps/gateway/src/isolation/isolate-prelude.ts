/**
 * The few globals that the SDK and people expect and that a bare V8 isolate lacks: UTF-8, the console, queueMicrotask. It runs inside the
 * isolate, before everything else. Neighbours: isolate.ts gives it `print` and reads this file as text; isolate-prelude-url.ts and
 * isolate-prelude-clone.ts add more globals.
 * Guarantee: the one function from outside (`print`) is removed from the global object before other code runs; it takes a text and returns
 * nothing.
 */
declare global {
  var signalboxPrint: ((text: string) => void) | undefined;
}

const print = globalThis.signalboxPrint ?? (() => undefined);
Reflect.deleteProperty(globalThis, "signalboxPrint");
// Functions do not need WebAssembly, and it would make the part of V8 that untrusted code can reach larger.
Reflect.deleteProperty(globalThis, "WebAssembly");

const replacement = 0xfffd;

class Utf8Encoder {
  readonly encoding = "utf-8";

  encode(text = ""): Uint8Array {
    const bytes = new Uint8Array(text.length * 3);
    let at = 0;
    for (let index = 0; index < text.length; index++) {
      let code = text.charCodeAt(index);
      if (code >= 0xd800 && code < 0xe000) {
        const low = code < 0xdc00 ? text.charCodeAt(index + 1) : Number.NaN;
        if (low >= 0xdc00 && low < 0xe000) {
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          index++;
        } else code = replacement;
      }
      if (code < 0x80) bytes[at++] = code;
      else {
        if (code < 0x800) bytes[at++] = 0xc0 | (code >> 6);
        else {
          if (code < 0x10000) bytes[at++] = 0xe0 | (code >> 12);
          else {
            bytes[at++] = 0xf0 | (code >> 18);
            bytes[at++] = 0x80 | ((code >> 12) & 0x3f);
          }
          bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
        }
        bytes[at++] = 0x80 | (code & 0x3f);
      }
    }
    return bytes.slice(0, at);
  }
}

class Utf8Decoder {
  readonly encoding = "utf-8";
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;

  constructor(label = "utf-8", { fatal = false, ignoreBOM = false }: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    if (!/^utf-?8$/i.test(label)) throw new RangeError(`the encoding "${label}" is not there: only utf-8 is`);
    this.fatal = fatal;
    this.ignoreBOM = ignoreBOM;
  }

  decode(input?: ArrayBuffer | ArrayBufferView): string {
    const bytes = bytesOf(input);
    const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    let text = "";
    let units: number[] = [];
    for (let at = hasMark && !this.ignoreBOM ? 3 : 0; at < bytes.length; ) {
      const { code, length } = codeAt(bytes, at);
      if (code < 0 && this.fatal) throw new TypeError("the bytes are no UTF-8");
      const point = code < 0 ? replacement : code;
      if (point < 0x10000) units.push(point);
      else units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
      at += length;
      if (units.length >= 4096) {
        text += String.fromCharCode(...units);
        units = [];
      }
    }
    return text + String.fromCharCode(...units);
  }
}

function bytesOf(input: ArrayBuffer | ArrayBufferView | undefined): Uint8Array {
  if (input === undefined) return new Uint8Array(0);
  return ArrayBuffer.isView(input) ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength) : new Uint8Array(input);
}

/**
 * `code` is below 0 when the bytes are no UTF-8; `length` bytes of them make one replacement character, as the encoding standard counts
 * them.
 */
function codeAt(bytes: Uint8Array, at: number): { readonly code: number; readonly length: number } {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return { code: first, length: 1 };
  const more = first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : 0;
  if (more === 0) return { code: -1, length: 1 };
  let code = first & (0x3f >> more);
  let [least, most] = [first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80, first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf];
  for (let step = 1; step <= more; step++) {
    const next = bytes[at + step] ?? 0;
    if (next < least || next > most) return { code: -1, length: step };
    [least, most] = [0x80, 0xbf];
    code = (code << 6) | (next & 0x3f);
  }
  return { code, length: more + 1 };
}

function shown(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error) return value.stack ?? value.message;
  if (typeof value === "object" && value !== null) {
    try {
      // A toJSON of the value may return nothing.
      return (JSON.stringify(value) as string | undefined) ?? Object.prototype.toString.call(value);
    } catch {
      return Object.prototype.toString.call(value);
    }
  }
  return String(value);
}

const say = (...parts: unknown[]): void => print(parts.map(shown).join(" "));
const nothing = (): void => undefined;

Object.assign(globalThis, {
  TextEncoder: Utf8Encoder,
  TextDecoder: Utf8Decoder,
  console: { log: say, info: say, warn: say, error: say, debug: say, trace: say, assert: nothing, time: nothing, timeEnd: nothing },
  queueMicrotask: (run: () => void) => void Promise.resolve().then(run),
});

export {};
