/** Inputs that several nouns share, parsed once at the edge. Limits here are the API's page and text limits. */
import { checkId, idCure, parseTypeName, splitTypeName, type EntityAction } from "@signalbox/engine";
import { z } from "zod";

/** What functions or older releases made may be longer than what is taken anew; a request for it is bounded all the same. */
const storedTextCharactersMax = 1024 * 1024;

/** Half a surrogate pair has no UTF-8 form: the store would keep another text than the one that was sent. */
export const utf8Text = z.string().refine((text) => text.isWellFormed(), "the text holds half of a surrogate pair and has no UTF-8 form");
/** The rule of types, for what is sent or written anew. */
export const typeName = utf8Text.superRefine((text, context) => {
  const parsed = parseTypeName(text);
  if (parsed.kind === "error") context.addIssue({ code: "custom", message: parsed.reason });
});
/** By its form alone: what is there can be looked at and acted on, whatever rule held when it came. */
export const knownType = utf8Text.max(storedTextCharactersMax).superRefine((text, context) => {
  const split = splitTypeName(text);
  if (split.kind === "error") context.addIssue({ code: "custom", message: split.reason });
});
export const entityId = utf8Text.superRefine((text, context) => {
  const wrong = checkId(text);
  if (wrong !== undefined) context.addIssue({ code: "custom", message: `${wrong}. ${idCure}` });
});
/** Of an entity that is there already. */
export const address = z.object({ type: knownType, id: utf8Text.max(storedTextCharactersMax) });
/** Of an entity to which something is sent. */
export const sendAddress = z.object({ type: typeName, id: entityId });
export const moduleName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "a module name has 1 to 64 of a-z 0-9 . _ - and starts with a letter or digit");
export const page = { cursor: z.string().max(4096).nullish(), limit: z.number().int().min(1).max(500).default(50) };
/** A value as a person typed it: text is encoded for its type, base64 passes unchanged. */
export const typedText = z.union([
  z.object({ typename: typeName, text: z.string() }),
  z.object({ typename: typeName, base64: z.base64() }),
]);
export type TypedText = z.output<typeof typedText>;
export const action = z.enum(["retry", "pause", "resume", "discard"]);

export function entityAction(name: z.output<typeof action>): EntityAction {
  return name === "discard" ? { kind: "discard-head" } : { kind: name };
}
