/**
 * LimitSpec: a limit that a module declares, in the engine's own shape: what it covers, whether it counts by key (a tenant, an entity), and its
 * bounds. The engine counts and holds (packages/engine/src/core/scheduling/limits.ts); the gateway parses YAML into this.
 */
export type LimitCover =
  /** `name` `*`: all functions of the namespace. */
  | { readonly kind: "functions"; readonly namespace: string; readonly name: string }
  | { readonly kind: "ingress"; readonly ingress: string };

/** By which part of an id it counts apart: by none, by the whole id, or by what stands before the first `separator` (all of an id without one). */
export type LimitKey = { readonly kind: "all" } | { readonly kind: "id" } | { readonly kind: "prefix"; readonly separator: string };

/** Undefined bounds do not bind. */
export interface LimitSpec {
  /** Unique over all modules, `namespace/name`. */
  readonly id: string;
  /** Name of the module that declares it. */
  readonly module: string;
  readonly cover: LimitCover;
  readonly key: LimitKey;
  /** Messages that may start (or, of an ingress, be admitted) a second, and how many at once after a pause. */
  readonly messagesPerSecond: number | undefined;
  readonly burstMessages: number;
  /** Invocations at once. */
  readonly inFlightMax: number | undefined;
  /** Messages in mailboxes beyond which an ingress is refused. */
  readonly waitingMessagesMax: number | undefined;
}

export function limitKeyOf(key: LimitKey, id: string): string | undefined {
  if (key.kind === "all") return undefined;
  const end = key.kind === "prefix" ? id.indexOf(key.separator) : -1;
  return end < 0 ? id : id.slice(0, end);
}

export function limitCovers({ cover }: LimitSpec, type: string): boolean {
  if (cover.kind !== "functions") return false;
  return cover.name === "*" ? type.startsWith(`${cover.namespace}/`) : type === `${cover.namespace}/${cover.name}`;
}
