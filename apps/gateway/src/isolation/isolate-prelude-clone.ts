/**
 * structuredClone, atob, btoa and DOMException inside an isolate, whose language has none of them: functions of what they are given alone.
 * Neighbour: isolate.ts runs it after isolate-prelude.ts. Guarantee: nothing of the outside is in them.
 */
const codes: Readonly<Record<string, number>> = { InvalidCharacterError: 5, DataCloneError: 25 };

class DomException extends Error {
  readonly #name: string;

  constructor(message = "", name = "Error") {
    super(message);
    this.#name = name;
  }

  override get name(): string {
    return this.#name;
  }

  get code(): number {
    return codes[this.#name] ?? 0;
  }
}

const notCloned = (what: string): DomException => new DomException(`${what} could not be cloned.`, "DataCloneError");

/** Whether the value has what the language keeps inside values of this kind, whatever its prototype says. */
function has(probe: () => unknown): boolean {
  try {
    probe();
    return true;
  } catch {
    return false;
  }
}

function getterOf(prototype: object, name: string): (this: unknown) => unknown {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get ?? (() => undefined);
}

const sizeOfMap = getterOf(Map.prototype, "size");
const sizeOfSet = getterOf(Set.prototype, "size");
const lengthOfBuffer = getterOf(ArrayBuffer.prototype, "byteLength");
const lengthOfShared = getterOf(SharedArrayBuffer.prototype, "byteLength");
const kindOfArray = getterOf(Object.getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag as unknown as string);
const flagsOf = getterOf(RegExp.prototype, "flags");

/** Of the objects around plain values; each takes only its own. */
const boxed: readonly ((this: unknown) => unknown)[] = [Boolean, Number, String, BigInt].map(({ prototype }) => prototype.valueOf);

const errorKinds: Readonly<Record<string, ErrorConstructor>> = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

class Cloner {
  /** What was met already, so that circles stay circles. */
  readonly #made = new Map<object, object>();

  transfer(buffer: object): void {
    if (!has(() => lengthOfBuffer.call(buffer)) || this.#made.has(buffer)) throw notCloned("A value that is to be transferred");
    this.#made.set(buffer, (buffer as ArrayBuffer).transfer());
  }

  clone(value: unknown): unknown {
    if (typeof value === "symbol") throw notCloned(String(value));
    if (typeof value === "function") throw notCloned(value.toString().slice(0, 200));
    if (typeof value !== "object" || value === null) return value;
    const known = this.#made.get(value);
    if (known !== undefined) return known;
    const made = this.#begun(value);
    this.#made.set(value, made);
    return made;
  }

  /** Containers are noted before they are filled. */
  #begun(value: object): object {
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (has(() => lengthOfBuffer.call(value))) return (value as ArrayBuffer).slice(0);
    if (has(() => sizeOfMap.call(value))) return this.#map(value as Map<unknown, unknown>);
    if (has(() => sizeOfSet.call(value))) return this.#set(value as Set<unknown>);
    if (has(() => Date.prototype.valueOf.call(value))) return new Date(Date.prototype.valueOf.call(value));
    for (const valueOf of boxed) if (has(() => valueOf.call(value))) return Object(valueOf.call(value)) as object;
    if (Array.isArray(value)) return this.#properties(value, Object.assign([], { length: value.length }));
    const tag = Object.prototype.toString.call(value);
    if (tag === "[object RegExp]" && has(() => RegExp.prototype.exec.call(value as RegExp, "")))
      return new RegExp((value as RegExp).source, String(flagsOf.call(value)));
    if (tag === "[object Error]") return this.#error(value as Error);
    if (isNeverCloned(value)) throw notCloned(tag);
    return this.#properties(value, {});
  }

  #view(view: ArrayBufferView): object {
    const buffer = this.clone(view.buffer) as ArrayBuffer;
    const kind = kindOfArray.call(view);
    if (typeof kind !== "string") return new DataView(buffer, view.byteOffset, view.byteLength);
    const made = Reflect.get(globalThis, kind) as { readonly BYTES_PER_ELEMENT: number } & Uint8ArrayConstructor;
    return new made(buffer, view.byteOffset, view.byteLength / made.BYTES_PER_ELEMENT);
  }

  #map(value: Map<unknown, unknown>): object {
    const made = new Map<unknown, unknown>();
    this.#made.set(value, made);
    const pairs: [unknown, unknown][] = [];
    Map.prototype.forEach.call(value, (one: unknown, key: unknown) => void pairs.push([key, one]));
    for (const [key, one] of pairs) made.set(this.clone(key), this.clone(one));
    return made;
  }

  #set(value: Set<unknown>): object {
    const made = new Set<unknown>();
    this.#made.set(value, made);
    const all: unknown[] = [];
    Set.prototype.forEach.call(value, (one: unknown) => void all.push(one));
    for (const one of all) made.add(this.clone(one));
    return made;
  }

  #error(value: Error): object {
    const made = new (errorKinds[value.name] ?? Error)();
    this.#made.set(value, made);
    const set = (name: string, to: unknown): void =>
      void Object.defineProperty(made, name, { value: to, writable: true, configurable: true });
    if (Object.hasOwn(value, "message")) set("message", String(value.message));
    set("stack", String(value.stack));
    if (Object.hasOwn(value, "cause")) set("cause", this.clone(value.cause));
    return made;
  }

  #properties(value: object, made: object): object {
    this.#made.set(value, made);
    for (const name of Object.keys(value)) {
      const one = this.clone(Reflect.get(value, name));
      Object.defineProperty(made, name, { value: one, writable: true, enumerable: true, configurable: true });
    }
    return made;
  }
}

function isNeverCloned(value: object): boolean {
  return (
    has(() => lengthOfShared.call(value)) ||
    has(() => WeakMap.prototype.has.call(value as WeakMap<object, unknown>, {})) ||
    has(() => WeakSet.prototype.has.call(value as WeakSet<object>, {})) ||
    has(() => WeakRef.prototype.deref.call(value as WeakRef<object>)) ||
    has(() => Symbol.prototype.valueOf.call(value as unknown as symbol)) ||
    Object.prototype.toString.call(value) === "[object Promise]"
  );
}

function structuredClone(value: unknown, { transfer = [] }: { readonly transfer?: readonly object[] } = {}): unknown {
  const cloner = new Cloner();
  for (const buffer of transfer) cloner.transfer(buffer);
  return cloner.clone(value);
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function btoa(data: unknown): string {
  const text = `${data as string}`;
  let all = "";
  for (let at = 0; at < text.length; at += 3) {
    const bytes = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)];
    if (bytes.some((byte) => byte > 0xff)) throw new DomException("Invalid character", "InvalidCharacterError");
    const [a = 0, b = 0, c = 0] = bytes.map((byte) => (Number.isNaN(byte) ? 0 : byte));
    const group = (a << 16) | (b << 8) | c;
    const written = [18, 12, 6, 0].map((shift) => digits[(group >> shift) & 0x3f] ?? "").join("");
    const left = text.length - at;
    all += left >= 3 ? written : `${written.slice(0, left + 1)}${"=".repeat(3 - left)}`;
  }
  return all;
}

function atob(data: unknown): string {
  const text = `${data as string}`.replaceAll(/[\t\n\f\r ]/g, "");
  const bare = text.length % 4 === 0 ? text.replace(/={1,2}$/, "") : text;
  if (bare.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(bare))
    throw new DomException("The string to be decoded is not correctly encoded.", "InvalidCharacterError");
  let all = "";
  let bits = 0;
  let held = 0;
  for (const digit of bare) {
    bits = ((bits << 6) | digits.indexOf(digit)) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    all += String.fromCharCode((bits >> held) & 0xff);
  }
  return all;
}

Object.defineProperty(DomException, "name", { value: "DOMException", configurable: true });
for (const [name, value] of Object.entries({ structuredClone, atob, btoa, DOMException: DomException }))
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });

export {};
