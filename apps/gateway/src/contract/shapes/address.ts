/**
 * Addresses and the texts in them, as inputs and as outputs, parsed once at the edge by the rules of names.
 */
import { checkId, idCure, parseTypeName, splitTypeName } from "@signalbox/runtime";
import { z } from "zod";

/** Functions or older releases may have made longer texts than are accepted now; a request for one is bounded all the same. */
const storedTextCharactersMax = 1024 * 1024;

/** Refuses half a surrogate pair, which has no UTF-8 form: the store would keep another text than the one that was sent. */
export const utf8Text = z.string().refine((text) => text.isWellFormed(), "the text holds half of a surrogate pair and has no UTF-8 form");
/** The full rule of types, for names that are sent or written now. */
export const typeName = utf8Text.superRefine((text, context) => {
  const parsed = parseTypeName(text);
  if (parsed.kind === "error") context.addIssue({ code: "custom", message: parsed.reason });
});
/** Checks only the form of a type, so that what exists can be looked at and acted on, whatever rule held when it came. */
export const knownType = utf8Text.max(storedTextCharactersMax).superRefine((text, context) => {
  const split = splitTypeName(text);
  if (split.kind === "error") context.addIssue({ code: "custom", message: split.reason });
});
export const entityId = utf8Text.superRefine((text, context) => {
  const wrong = checkId(text);
  if (wrong !== undefined) context.addIssue({ code: "custom", message: `${wrong}. ${idCure}` });
});
/** The address of an entity that exists already. */
export const address = z.object({ type: knownType, id: utf8Text.max(storedTextCharactersMax) });
/** The address of an entity to which something is sent; the entity need not exist. */
export const sendAddress = z.object({ type: typeName, id: entityId });

export const addressView = z.strictObject({ type: z.string(), id: z.string() });
export type AddressView = z.output<typeof addressView>;
