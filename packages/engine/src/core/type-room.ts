/**
 * TypeRoom: whether one more function type may become known (G6). Names under a wildcard come from outside and from functions without end,
 * and each takes memory; names that a module binds exactly are bounded by the modules and always taken. Neighbours: router.ts asks for each
 * target; ingress.ts and effects-check.ts make one TypeRoom for all that is taken or refused together.
 */
import { builtInTypes } from "@signalbox/runtime/model/built-in";
import type { PartitionState } from "./partition-state.ts";

export class TypeRoom {
  private readonly state: PartitionState;
  /** The names that the current request or reply would add. */
  private added: Set<string> | undefined = undefined;

  constructor(state: PartitionState) {
    this.state = state;
  }

  /** Whether the type, which an endpoint serves, may become known. */
  takes(type: string): boolean {
    const { limits } = this.state;
    const { types } = this.state.entities;
    const { endpoints } = this.state.routes;
    if (types.has(type) || endpoints.has(type) || this.added?.has(type) === true) return true;
    // The engine's own types do not count: the first call must not keep a function out.
    let known = types.size;
    for (const own of builtInTypes) if (types.has(own)) known--;
    if (known + (this.added?.size ?? 0) >= limits.functionTypesMax) return false;
    this.added ??= new Set();
    this.added.add(type);
    return true;
  }
}
