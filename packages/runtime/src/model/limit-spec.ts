/**
 * LimitSpec: a limit that a module declares, in the engine's own shape: what it covers, whether it counts by key (a tenant, an entity), and its
 * bounds. The engine counts and holds (packages/engine/src/core/scheduling/limits.ts); the gateway parses YAML into this.
 */
export type LimitCover =
  /** `name` `*`: all functions of the namespace, without those of the names in `except`. */
  | { readonly kind: "functions"; readonly namespace: string; readonly name: string; readonly except?: readonly string[] | undefined }
  | { readonly kind: "ingress"; readonly ingress: string };

/** By which part of an id it counts apart: by none, by the whole id, or by what stands before the first `separator` (all of an id without one). */
export type LimitKey = { readonly kind: "all" } | { readonly kind: "id" } | { readonly kind: "prefix"; readonly separator: string };

/** People stopped what a limit covers: it lets nothing run. */
export interface LimitPause {
  /** What was paused, in the gateway's words. */
  readonly what: string;
  readonly by: string;
  readonly sinceMs: number;
  /** It ends by itself then; undefined: a person ends it. The gateway keeps the time, the engine tells of it. */
  readonly untilMs: number | undefined;
}

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
  /** Undefined: a module declares it. */
  readonly pause?: LimitPause | undefined;
}

export function limitKeyOf(key: LimitKey, id: string): string | undefined {
  if (key.kind === "all") return undefined;
  const end = key.kind === "prefix" ? id.indexOf(key.separator) : -1;
  return end < 0 ? id : id.slice(0, end);
}

export function limitCovers({ cover }: LimitSpec, type: string): boolean {
  if (cover.kind !== "functions") return false;
  const { namespace, name, except } = cover;
  if (name !== "*") return type === `${namespace}/${name}`;
  return type.startsWith(`${namespace}/`) && except?.includes(type.slice(namespace.length + 1)) !== true;
}
