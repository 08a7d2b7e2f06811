/**
 * JSON pointers (RFC 6901): name a place in a parsed body. Only own properties are found.
 */
const pattern = /^(\/([^~]|~[01])*)?$/;

export function isPointer(text: string): boolean {
  return pattern.test(text);
}

/** Returns undefined when there is nothing at this place. */
export function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) value = /^(0|[1-9]\d{0,9})$/.test(name) ? value[Number(name)] : undefined;
    else if (typeof value === "object" && value !== null && Object.hasOwn(value, name)) value = Reflect.get(value, name);
    else return undefined;
  }
  return value;
}
