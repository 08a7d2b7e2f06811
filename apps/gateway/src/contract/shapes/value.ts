/**
 * Values: as people read them, and as people type them.
 */
import { z } from "zod";
import { typeName } from "./address.ts";

export const valueView = z.strictObject({
  typename: z.string(),
  sizeBytes: z.number(),
  /**
   * json: scalar or document, exact to the last digit. text: UTF-8 that is not JSON. bytes: no decoder fits. absent: only the size was
   * kept.
   */
  as: z.enum(["json", "text", "bytes", "absent"]),
  /** JSON (pretty JSON for json and protobuf) when `as` says so. */
  text: z.string(),
  base64: z.string(),
  /** What decoded it (built-in type, JSON, descriptor name), or why nothing did. */
  decoder: z.string(),
  /** The paths of fields that are not shown; an empty path means that nothing of the value is. Absent when everything is shown. */
  masked: z.array(z.string()).optional(),
  /** When it was erased (erasures.ts); absent when it was not. */
  erasedMs: z.number().optional(),
});
export type ValueView = z.output<typeof valueView>;

/** A value as a person typed it: text is encoded for its type, base64 passes unchanged. */
export const typedText = z.union([
  z.object({ typename: typeName, text: z.string() }),
  z.object({ typename: typeName, base64: z.base64() }),
]);
export type TypedText = z.output<typeof typedText>;

/** The same for a state value; without a type, it has the one that the function registered. */
export const stateText = z.union([
  z.object({ typename: typeName.optional(), text: z.string() }),
  z.object({ typename: typeName.optional(), base64: z.base64() }),
]);
export type StateText = z.output<typeof stateText>;
