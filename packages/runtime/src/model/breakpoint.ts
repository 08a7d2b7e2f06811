/**
 * Breakpoint: which messages are held before their function gets them, until a person lets them go or its time is over. The engine holds
 * and counts (packages/engine/src/core/scheduling/breakpoints.ts). It lives in memory only: after a restart or a restore there is none, and
 * no message is lost.
 */
import type { Address } from "./address.ts";

/** Which ids of the type. */
export type BreakpointIds =
  | { readonly kind: "all" }
  | { readonly kind: "one"; readonly id: string }
  | { readonly kind: "prefix"; readonly prefix: string };

export interface BreakpointSpec {
  readonly id: string;
  readonly namespace: string;
  /** `*`: all functions of the namespace. */
  readonly name: string;
  readonly ids: BreakpointIds;
  /** Which of their messages it holds, in the condition language of the composition root (message-condition.ts); undefined for all. */
  readonly condition?: string | undefined;
  /** Who set it and when, for people who come across it. */
  readonly by: string;
  readonly setMs: number;
  /** How long it holds. */
  readonly forMs: number;
}

export interface BreakpointView {
  readonly spec: BreakpointSpec;
  /** When it is released by itself. */
  readonly untilMs: number;
  /** True when it would have held more than it may: it let everything go and holds nothing any more. */
  readonly isFull: boolean;
  readonly heldEntities: number;
  readonly heldMessages: number;
  /** How many held entities have a first message that the condition could not judge, with the reason of one of them. */
  readonly heldUnclear: number;
  readonly unclearWhy: string | undefined;
  /** The held types, those with most messages first; at most heldTypesMax. */
  readonly heldTypes: readonly HeldOfType[];
}

export interface HeldOfType {
  readonly type: string;
  readonly messages: number;
}

/** How many types are listed separately when a breakpoint on a namespace holds entities of many types. */
export const heldTypesMax = 32;

/** How many held entities are shown at once. */
export const heldShownMax = 200;

export function breakpointCovers(
  { namespace, name, ids }: Pick<BreakpointSpec, "namespace" | "name" | "ids">,
  { type, id }: Address,
): boolean {
  if (name === "*" ? !type.startsWith(`${namespace}/`) : type !== `${namespace}/${name}`) return false;
  switch (ids.kind) {
    case "all":
      return true;
    case "one":
      return id === ids.id;
    case "prefix":
      return id.startsWith(ids.prefix);
  }
}
