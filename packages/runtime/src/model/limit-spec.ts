/**
 * LimitSpec: a limit that a module declares, in the engine's own shape: what it covers, whether it counts by key (a tenant, an entity), and
 * its bounds. The engine counts and holds (packages/engine/src/core/scheduling/limits.ts); the gateway parses YAML into this.
 */
export type LimitCover =
  /** With `name` `*` it covers all functions of the namespace except those in `except`. */
  | { readonly kind: "functions"; readonly namespace: string; readonly name: string; readonly except?: readonly string[] | undefined }
  | { readonly kind: "ingress"; readonly ingress: string };

/**
 * By which part of an id it counts separately: by none, by the whole id, or by the part before the first `separator` (the whole id if it
 * has none).
 */
export type LimitKey = { readonly kind: "all" } | { readonly kind: "id" } | { readonly kind: "prefix"; readonly separator: string };

/** A pause by people: the limit lets nothing run. */
export interface LimitPause {
  /** What was paused, as the gateway names it. */
  readonly what: string;
  readonly by: string;
  readonly sinceMs: number;
  /** When it ends by itself; undefined when only a person ends it. The gateway ends it, the engine only shows the time. */
  readonly untilMs: number | undefined;
}

/** An undefined bound does not limit anything. */
export interface LimitSpec {
  /** Unique over all modules, `namespace/name`. */
  readonly id: string;
  /** Name of the module that declares it. */
  readonly module: string;
  readonly cover: LimitCover;
  readonly key: LimitKey;
  /** How many messages may start per second (for an ingress: be admitted), and how many at once after a quiet time. */
  readonly messagesPerSecond: number | undefined;
  readonly burstMessages: number;
  /** How many invocations may be in flight at once. */
  readonly inFlightMax: number | undefined;
  /** With more messages than this in mailboxes, the ingress refuses further ones. */
  readonly waitingMessagesMax: number | undefined;
  /** Undefined for a limit that a module declares. */
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
