/** shownEffects(): what a reply asks for, in one line, for a person who compares two of them. Neighbours: function-caller.ts shows it, look.ts decodes the values. */
import type { DelayedEffect, Effects, TypedValue } from "@signalbox/runtime";
import type { Look } from "./look.ts";

const shownCharactersMax = 1_000;

export function shownEffects({ mutations, messages, delayed, egress }: Effects, look: Look): string {
  const shown = (value: TypedValue): string => shownValue(value, look);
  const later = (effect: DelayedEffect): string =>
    effect.kind === "cancel"
      ? `cancels ${effect.cancellationToken}`
      : `sends to ${effect.target.type}/${effect.target.id} after ${effect.delayMs} ms ${shown(effect.value)}`;
  const all = [
    ...mutations.map((one) => (one.kind === "delete" ? `deletes ${one.name}` : `sets ${one.name} to ${shown(one.value)}`)),
    ...messages.map(({ target, value }) => `sends to ${target.type}/${target.id} ${shown(value)}`),
    ...delayed.map(later),
    ...egress.map((one) => `writes to ${one.egress} ${shown(one.value)}`),
  ];
  return all.length === 0 ? "nothing" : all.join(", ").slice(0, shownCharactersMax);
}

/** The value with its type name, when that is not one of the protocol's own. */
export function shownValue(stored: TypedValue, look: Look): string {
  const value = look.value(stored);
  const text =
    value instanceof Uint8Array
      ? `${value.length} bytes`
      : JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? String(each) : each));
  return stored.typename.startsWith("io.statefun.types/") ? text : `${stored.typename} ${text}`;
}
