/** Address: a function type (`namespace/name`) and an id; names one entity. Names are checked where they are written, not where they fail. */
export interface Address {
  readonly type: string;
  readonly id: string;
}

export interface TypeNameParts {
  readonly namespace: string;
  readonly name: string;
}

const typeNameBytesMax = 512;
const idBytesMax = 2048;
const controlCharacter = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const utf8 = new TextEncoder();

/** The gateway's rule (docs/errors.md, "Types and ids"), where the name is written. Throws a TypeError that says what is wrong. */
export function typeNameParts(typeName: string, what: string): TypeNameParts {
  const fails = (why: string): TypeError => new TypeError(`${what} ${shown(typeName)} is not of the form namespace/name${why}`);
  if (typeof typeName !== "string") throw fails(": it is no text");
  const [namespace = "", name = "", ...more] = typeName.split("/");
  if (namespace === "" || name === "" || more.length > 0) throw fails("");
  if (namespace !== namespace.trim() || name !== name.trim()) throw fails(": a blank stands at the end of a part");
  if (controlCharacter.test(typeName)) throw fails(": it holds a control character");
  if (!typeName.isWellFormed()) throw fails(": it holds half of a surrogate pair");
  if (typeName.length * 3 > typeNameBytesMax && utf8.encode(typeName).length > typeNameBytesMax)
    throw fails(`: it is longer than ${typeNameBytesMax} bytes`);
  return { namespace, name };
}

export function checkedId(id: string): string {
  if (typeof id !== "string" || id === "") throw new TypeError("an entity's id is a text that is not empty");
  if (id.length * 3 > idBytesMax && utf8.encode(id).length > idBytesMax)
    throw new TypeError(`the id ${shown(id)} is longer than ${idBytesMax} bytes`);
  return id;
}

function shown(text: unknown): string {
  return typeof text === "string" ? JSON.stringify(text.slice(0, 80)) : `(${typeof text})`;
}
