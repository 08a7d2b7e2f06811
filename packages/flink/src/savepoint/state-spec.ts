/** RegisteredState: what a function registered for a state value. Flink keeps whether it expires, and not after how long. */
import { numberOf, textOf, type SavepointDatabase } from "./savepoint-database.ts";

export interface RegisteredState {
  readonly type: string;
  readonly name: string;
  readonly typename: string;
  readonly mode: "none" | "after-write" | "after-invoke";
  readonly afterMs: number;
}

export function registeredStates(source: SavepointDatabase): RegisteredState[] {
  return source
    .all(`SELECT type, name, typename, expiration_mode, expire_after_ms FROM ${source.table("state_spec")}`)
    .map(([type, name, typename, mode, afterMs]) => ({
      type: textOf(type),
      name: textOf(name),
      typename: textOf(typename),
      mode: mode === "after-write" || mode === "after-invoke" ? mode : "none",
      afterMs: numberOf(afterMs) ?? 0,
    }));
}

/** One state of a function type, as its values in a savepoint are. */
export interface UsedState {
  readonly type: string;
  readonly name: string;
  readonly typename: string;
  /** How many of its values have an end. */
  readonly ending: number;
  readonly values: number;
  readonly spec: RegisteredState | undefined;
}

/** Values that have ended by `nowMs` do not count. */
export function usedStates(source: SavepointDatabase, nowMs: number): UsedState[] {
  const specs = new Map(registeredStates(source).map((spec) => [keyOf(spec), spec]));
  return source
    .all(
      `SELECT type, name, typename, count(*), count(expires_ms) FROM ${source.table("state")}
       WHERE expires_ms IS NULL OR expires_ms > ? GROUP BY type, name, typename`,
      nowMs,
    )
    .map(([type, name, typename, values, ending]) => {
      const used = { type: textOf(type), name: textOf(name), typename: textOf(typename) };
      return { ...used, values: numberOf(values) ?? 0, ending: numberOf(ending) ?? 0, spec: specs.get(keyOf(used)) };
    });
}

/** On Flink a state expires or does not, all of its values alike: as its function registered it, or as its values look. */
export function expiresOnFlink({ spec, ending }: UsedState): boolean {
  return spec === undefined ? ending > 0 : spec.mode !== "none";
}

export function keyOf({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type}\u0000${name}`;
}
