/**
 * Checks what a handler passes to the SDK, at that place. TypeScript types are stripped and not checked, JavaScript has none, and an
 * embedded function's effects are never encoded. Neighbours: dispatch.ts checks every effect, state.ts every value that is written.
 * Guarantee: a collected effect has the shape that its type says; anything else is an error of the handler that says what is wrong.
 */
import { checkedId, typeNameParts } from "./address.ts";
import type { OutgoingMessage } from "./message.ts";
import type { TypedBytes } from "./protocol/typed-value.ts";

export function checkedMessage(message: OutgoingMessage, what: string): OutgoingMessage {
  if (typeof message !== "object" || message === null)
    throw new TypeError(
      `${what} is given ${shown(message)}; make a message with an entity's to(id).message(name, value), or with message()`,
    );
  const { target, value } = message;
  const { type, id }: Partial<OutgoingMessage["target"]> = fieldsOf(target);
  if (typeof type !== "string") throw new TypeError(`${what}: its target has the type ${shown(type)}; write namespace/name`);
  typeNameParts(type, `${what}: target`);
  if (typeof id !== "string" || !id.isWellFormed())
    throw new TypeError(`${what}: its target ${type} has the id ${shown(id)}; an id is a text`);
  return { target: { type, id: checkedId(id) }, value: checkedValue(value, what) };
}

export function checkedValue(given: TypedBytes, what: string): TypedBytes {
  const { typename, bytes }: Partial<TypedBytes> = fieldsOf(given);
  if (typeof typename !== "string" || !typename.isWellFormed())
    throw new TypeError(`${what}: its value has the type name ${shown(typename)}; make it with a value type`);
  return { typename, bytes: checkedBytes(bytes, `${what}: ${typename}`) };
}

/** The bytes that a value type made; a user's own value type may return anything. */
export function checkedBytes(bytes: unknown, what: string): Uint8Array {
  if (isBytes(bytes)) return bytes;
  throw new TypeError(`${what} was encoded as ${shown(bytes)}; a value type encodes to a Uint8Array`);
}

/** Test runners give each file its own globals, so an array may come from another realm. */
function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || (ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]");
}

export function checkedToken(token: unknown): string {
  if (typeof token === "string" && token !== "" && token.isWellFormed()) return token;
  throw new TypeError(token === "" ? "a cancellation token is not empty" : `a cancellation token is a text, not ${shown(token)}`);
}

function fieldsOf<Fields extends object>(value: Fields | null | undefined): Partial<Fields> {
  return value ?? {};
}

/** A short text for any value. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 80));
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return value === undefined || value === null ? "none" : `a value of the kind ${typeof value}`;
}
