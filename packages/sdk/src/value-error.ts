/** ValueError: a value does not fit its type; the message says where. Neighbours: value-type.ts and json-form.ts throw it, dispatch.ts takes it for a message that never fits. */
export class ValueError extends Error {
  override readonly name = "ValueError";
}
