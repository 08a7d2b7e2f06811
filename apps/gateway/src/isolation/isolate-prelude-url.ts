/**
 * URL and URLSearchParams inside an isolate. What the parts of a URL are the outside says (isolate-url.ts), by a function that takes texts
 * and gives a text; the rest is here. Neighbours: isolate.ts runs it after isolate-prelude.ts. Guarantee: that function is taken off the
 * global object before other code runs.
 */
declare global {
  var signalboxUrl: ((href: string, base?: string, ...change: [part: string, value: string] | []) => string | undefined) | undefined;
}

const ask = globalThis.signalboxUrl ?? (() => undefined);
Reflect.deleteProperty(globalThis, "signalboxUrl");

type Pair = [name: string, value: string];

const textOf = (value: unknown): string => `${value as string}`.toWellFormed();

/** A space is written as `+`; these stand for themselves, every other byte as %XX. */
const plain = /^[\w*.-]$/;

function encoded(text: string): string {
  let all = "";
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    if (byte === 0x20) all += "+";
    else all += plain.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return all;
}

function decoded(text: string): string {
  const given = new TextEncoder().encode(text.replaceAll("+", " "));
  const bytes: number[] = [];
  for (let at = 0; at < given.length; at++) {
    const hex = given[at] === 0x25 ? String.fromCharCode(given[at + 1] ?? 0, given[at + 2] ?? 0) : "";
    if (/^[\da-f]{2}$/i.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      at += 2;
    } else bytes.push(given[at] ?? 0);
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

function parsed(query: string): Pair[] {
  return query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const equals = part.indexOf("=");
      return equals < 0 ? [decoded(part), ""] : [decoded(part.slice(0, equals)), decoded(part.slice(equals + 1))];
    });
}

function pairsOf(init: unknown): Pair[] {
  if (init === undefined) return [];
  if (init === null || (typeof init !== "object" && typeof init !== "function")) return parsed(textOf(init).replace(/^\?/, ""));
  const iterator: unknown = Reflect.get(init, Symbol.iterator);
  if (iterator === undefined || iterator === null)
    return Object.keys(init).map((name) => [textOf(name), textOf(Reflect.get(init, name))] satisfies Pair);
  return [...(init as Iterable<Iterable<unknown>>)].map((pair) => {
    const both = [...pair];
    if (both.length !== 2) throw new TypeError("each query pair must be an iterable [name, value] tuple");
    return [textOf(both[0]), textOf(both[1])];
  });
}

/** Told by the parameters of a URL after each change. */
let changes: (params: UrlSearchParams, tell: () => void) => void;
let fill: (params: UrlSearchParams, query: string) => void;

class UrlSearchParams {
  #pairs: Pair[];
  #tell: (() => void) | undefined;

  static {
    changes = (params, tell) => {
      params.#tell = tell;
    };
    fill = (params, query) => {
      params.#pairs = parsed(query.replace(/^\?/, ""));
    };
  }

  constructor(init?: unknown) {
    this.#pairs = pairsOf(init);
  }

  get size(): number {
    return this.#pairs.length;
  }

  append(name: unknown, value: unknown): void {
    this.#pairs.push([textOf(name), textOf(value)]);
    this.#tell?.();
  }

  delete(name: unknown, value?: unknown): void {
    this.#pairs = this.#pairs.filter((pair) => !isPair(pair, name, value));
    this.#tell?.();
  }

  get(name: unknown): string | null {
    return this.#pairs.find((pair) => isPair(pair, name, undefined))?.[1] ?? null;
  }

  getAll(name: unknown): string[] {
    return this.#pairs.filter((pair) => isPair(pair, name, undefined)).map(([, value]) => value);
  }

  has(name: unknown, value?: unknown): boolean {
    return this.#pairs.some((pair) => isPair(pair, name, value));
  }

  set(name: unknown, value: unknown): void {
    const first = this.#pairs.findIndex((pair) => isPair(pair, name, undefined));
    if (first < 0) return this.append(name, value);
    this.#pairs = this.#pairs.filter((pair, at) => at <= first || !isPair(pair, name, undefined));
    this.#pairs[first] = [textOf(name), textOf(value)];
    this.#tell?.();
  }

  sort(): void {
    this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#tell?.();
  }

  forEach(each: (value: string, name: string, params: UrlSearchParams) => void, self?: unknown): void {
    for (const [name, value] of this) each.call(self, value, name, this);
  }

  /** Looks at what there is at each step, since it may be changed meanwhile. */
  *entries(): IterableIterator<Pair> {
    for (let at = 0; at < this.#pairs.length; at++) {
      const [name, value] = this.#pairs[at] ?? ["", ""];
      yield [name, value];
    }
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): IterableIterator<Pair> {
    return this.entries();
  }

  toString(): string {
    return this.#pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join("&");
  }

  get [Symbol.toStringTag](): string {
    return "URLSearchParams";
  }
}

function isPair(pair: Pair, name: unknown, value: unknown): boolean {
  return pair[0] === textOf(name) && (value === undefined || pair[1] === textOf(value));
}

/** In the order in which the outside gives them. */
const partNames = ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"] as const;
type Part = (typeof partNames)[number];

function invalid(input: string): TypeError {
  return Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL", input });
}

let part: (url: Url, name: Part) => string;
let change: (url: Url, name: Part, value: unknown) => void;

class Url {
  #parts: readonly string[];
  #params: UrlSearchParams | undefined;

  static {
    part = (url, name) => url.#parts[partNames.indexOf(name)] ?? "";
    change = (url, name, value) => {
      url.#set(name, textOf(value));
      if (url.#params !== undefined) fill(url.#params, part(url, "search"));
    };
  }

  constructor(url: unknown, base?: unknown) {
    const text = textOf(url);
    const said = base === undefined ? ask(text) : ask(text, textOf(base));
    if (said === undefined) throw invalid(text);
    this.#parts = JSON.parse(said) as readonly string[];
  }

  static canParse(url: unknown, base?: unknown): boolean {
    return Url.parse(url, base) !== null;
  }

  static parse(url: unknown, base?: unknown): Url | null {
    try {
      return new Url(url, base);
    } catch (error) {
      if (error instanceof TypeError && error.message === "Invalid URL") return null;
      throw error;
    }
  }

  get searchParams(): UrlSearchParams {
    if (this.#params !== undefined) return this.#params;
    const params = new UrlSearchParams(part(this, "search"));
    changes(params, () => this.#set("search", params.toString()));
    this.#params = params;
    return params;
  }

  toString(): string {
    return part(this, "href");
  }

  toJSON(): string {
    return part(this, "href");
  }

  get [Symbol.toStringTag](): string {
    return "URL";
  }

  #set(name: Part, value: string): void {
    const said = ask(part(this, "href"), undefined, name, value);
    if (said === undefined) throw invalid(value);
    this.#parts = JSON.parse(said) as readonly string[];
  }
}

for (const name of partNames)
  Object.defineProperty(Url.prototype, name, {
    get(this: Url) {
      return part(this, name);
    },
    ...(name === "origin"
      ? {}
      : {
          set(this: Url, value: unknown) {
            change(this, name, value);
          },
        }),
    enumerable: true,
    configurable: true,
  });

for (const [name, made] of Object.entries({ URL: Url, URLSearchParams: UrlSearchParams })) {
  Object.defineProperty(made, "name", { value: name, configurable: true });
  Object.defineProperty(globalThis, name, { value: made, writable: true, configurable: true });
}

export {};
