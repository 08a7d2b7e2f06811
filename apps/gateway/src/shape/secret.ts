/**
 * Secret: a text of a module that nobody may see: a password, a key, headers that hold one. However it is printed, it is ••••; code that
 * needs the text calls reveal(). Neighbours: spec-reader.ts reads fields that a shape marks `secret` into these, shown-fields.ts shows a
 * spec without them.
 */
import { createHash } from "node:crypto";
import { inspect } from "node:util";

export const hiddenText = "••••";

export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return hiddenText;
  }

  toJSON(): string {
    return hiddenText;
  }

  [inspect.custom](): string {
    return hiddenText;
  }

  /** Differs for another text, and reveals nothing of it. */
  digest(): string {
    return createHash("sha256").update(this.#text).digest("base64url");
  }
}

/** Writes JSON with digests in the place of secrets: two values are equal exactly when these texts are. */
export function fingerprintOf(value: unknown): string {
  return JSON.stringify(value, function (this: unknown, key: string, told: unknown) {
    // By now `told` is the dots that a secret prints; the object that holds it still has the secret itself.
    const held: unknown = typeof this === "object" && this !== null ? Reflect.get(this, key) : undefined;
    return held instanceof Secret ? held.digest() : told;
  });
}

const crossing = "\u0000secret";

/**
 * Makes plain data of a value with secrets, for sending it to a thread; openCrossed makes secrets of it again. It follows lists and plain
 * objects.
 */
export function closedForCrossing(value: unknown): unknown {
  return mapped(value, (one) => (one instanceof Secret ? { [crossing]: one.reveal() } : undefined));
}

export function openCrossed(value: unknown): unknown {
  return mapped(value, (one) => {
    const text: unknown = isPlain(one) ? one[crossing] : undefined;
    return typeof text === "string" ? new Secret(text) : undefined;
  });
}

/** Replaces all secrets by their texts. It follows lists and plain objects. */
export function revealed(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const revealedOf = (value: unknown): unknown => mapped(value, (one) => (one instanceof Secret ? one.reveal() : undefined));
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, revealedOf(value)]));
}

function mapped(value: unknown, replace: (one: unknown) => unknown): unknown {
  const other = replace(value);
  if (other !== undefined) return other;
  if (Array.isArray(value)) return value.map((one) => mapped(one, replace));
  return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapped(one, replace)])) : value;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
