/**
 * expiringIn: says why a rule cannot be followed when it asks for values that expire, because nothing is recorded when they do.
 */
import type { FunctionTypeView } from "@signalbox/runtime";
import type { CompiledRule } from "./compiled-rule.ts";

export function expiringIn(rule: CompiledRule, types: readonly Pick<FunctionTypeView, "type" | "states">[]): string | undefined {
  const asked = rule.kind === "entity" ? [rule] : rule.terms.filter(({ over }) => over === "states");
  for (const { type, names } of asked) {
    const states = types.find((one) => one.type === type)?.states ?? [];
    const expiring = states.find(({ name, expiration }) => expiration.mode !== "none" && (names?.has(name) ?? true));
    if (expiring !== undefined) return `${expiring.name} of ${type} expires, and nothing is recorded when a value does`;
  }
  return undefined;
}
