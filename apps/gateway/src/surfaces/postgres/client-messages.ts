/**
 * ClientMessages: parses the messages of a PostgreSQL client after its login. Neighbours: wire-reader.ts gives the bytes, session.ts
 * answers. Guarantee: a body that does not fit its message type is refused with an error, and nothing of it is used.
 */
import { refused, states } from "./wire-error.ts";
import type { WireMessage } from "./wire-reader.ts";

export type ClientMessage =
  | { readonly kind: "query"; readonly sql: string }
  | { readonly kind: "parse"; readonly statement: string; readonly sql: string; readonly types: readonly number[] }
  | {
      readonly kind: "bind";
      readonly portal: string;
      readonly statement: string;
      readonly formats: readonly number[];
      readonly values: readonly (Buffer | null)[];
      readonly resultFormats: readonly number[];
    }
  | { readonly kind: "describe" | "close"; readonly what: "statement" | "portal"; readonly name: string }
  | { readonly kind: "execute"; readonly portal: string; readonly rowsMax: number }
  | { readonly kind: "sync" | "flush" | "terminate" }
  /** COPY is not supported; its messages are skipped. */
  | { readonly kind: "copy" }
  | { readonly kind: "unknown"; readonly letter: string };

export function clientMessage({ letter, body }: WireMessage): ClientMessage {
  const read = new Body(body);
  switch (letter) {
    case "Q":
      return read.end({ kind: "query", sql: read.text() });
    case "P":
      return read.end({ kind: "parse", statement: read.text(), sql: read.text(), types: read.list(() => read.int32() >>> 0) });
    case "B":
      return read.end({
        kind: "bind",
        portal: read.text(),
        statement: read.text(),
        formats: read.list(() => read.int16()),
        values: read.list(() => read.value()),
        resultFormats: read.list(() => read.int16()),
      });
    case "D":
    case "C":
      return read.end({ kind: letter === "D" ? "describe" : "close", what: read.what(), name: read.text() });
    case "E":
      return read.end({ kind: "execute", portal: read.text(), rowsMax: Math.max(0, read.int32()) });
    case "S":
      return { kind: "sync" };
    case "H":
      return { kind: "flush" };
    case "X":
      return { kind: "terminate" };
    case "d":
    case "c":
    case "f":
      return { kind: "copy" };
    default:
      return { kind: "unknown", letter };
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The names and values of a startup message, each ended by a zero byte. */
export function startParameters(body: Buffer): ReadonlyMap<string, string> {
  const read = new Body(body);
  const found = new Map<string, string>();
  for (let name = read.text(); name !== ""; name = read.text()) found.set(name, read.text());
  return found;
}

export class Body {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }

  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) throw malformed("a text without its end");
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end + 1;
    try {
      return utf8.decode(bytes);
    } catch {
      throw refused("22021", "a text is no UTF-8");
    }
  }

  int16(): number {
    return this.#skip(2).readInt16BE();
  }

  int32(): number {
    return this.#skip(4).readInt32BE();
  }

  list<T>(item: () => T): T[] {
    const count = this.#skip(2).readUInt16BE();
    return Array.from({ length: count }, item);
  }

  value(): Buffer | null {
    const length = this.int32();
    return length === -1 ? null : this.#skip(length);
  }

  bytes(length: number): Buffer {
    return this.#skip(length);
  }

  what(): "statement" | "portal" {
    const letter = String.fromCharCode(this.#skip(1)[0] ?? 0);
    if (letter !== "S" && letter !== "P") throw malformed("neither a statement nor a portal is named");
    return letter === "S" ? "statement" : "portal";
  }

  end<T>(message: T): T {
    if (this.#at !== this.#bytes.length) throw malformed("more than there should be");
    return message;
  }

  #skip(bytes: number): Buffer {
    if (bytes < 0 || this.#at + bytes > this.#bytes.length) throw malformed("less than there should be");
    this.#at += bytes;
    return this.#bytes.subarray(this.#at - bytes, this.#at);
  }
}

function malformed(what: string): Error {
  return refused(states.protocolViolation, `a message has ${what}`);
}
