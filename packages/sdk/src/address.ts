/** Address: a function type (`namespace/name`) and an id; names one entity. Names are checked where they are written, not where they fail. */
export interface Address {
  readonly type: string;
  readonly id: string;
}

export interface TypeNameParts {
  readonly namespace: string;
  readonly name: string;
}

/** A type name has exactly one slash, with something on both sides and no blanks at the ends. Throws a TypeError that says which. */
export function typeNameParts(typeName: string, what: string): TypeNameParts {
  const [namespace = "", name = "", ...more] = typeName.split("/");
  if (namespace === "" || name === "" || more.length > 0 || typeName !== typeName.trim()) {
    throw new TypeError(`${what} ${JSON.stringify(typeName)} is not of the form namespace/name`);
  }
  return { namespace, name };
}

export function checkedId(id: string): string {
  if (typeof id !== "string" || id === "") throw new TypeError("an entity's id is a text that is not empty");
  return id;
}
