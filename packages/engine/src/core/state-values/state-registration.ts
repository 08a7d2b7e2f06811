/**
 * StateRegistration: what a function says of its states. A request without states asks for all of them: the first of a type, and the first
 * after a start and after each registration of modules, so that a function that was deployed anew is heard (docs/statefun.md 2.2). From
 * then on requests carry the declared states; a state that is no longer declared is kept and not sent. Neighbours: dispatch.ts asks,
 * invocation.ts brings the answer.
 */
import { parseTypeName } from "@signalbox/runtime/model/address";
import type { Failure } from "@signalbox/runtime/model/failure";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import type { Entity } from "../tables/entity.ts";
import { coverageMark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";
import { storeKey } from "../store/store-key.ts";
import type { FunctionTypeState } from "../tables/function-type-state.ts";
import { wrongAnswer } from "../failure/wrong-answer.ts";

interface Answer {
  readonly missing: readonly StateSpec[];
  /** True when the request carried no states, so that these are all that the function declares. */
  readonly asked: boolean;
}

/** Returns undefined when the batch can be sent again, or a failure, which has changed nothing. */
export function registerStates(state: PartitionState, entity: Entity, { missing, asked }: Answer): Failure | undefined {
  const { type } = entity;
  // The request was sent before the last registration of modules, so the answer may come from another function than the one that is bound now.
  if (entity.statesSent !== type.declared) {
    coverageMark("states-of-an-older-registration");
    return undefined;
  }
  for (const spec of missing) {
    const failure = checkSpec(entity, spec);
    if (failure !== undefined) return failure;
  }
  const news = missing.filter((spec) => !entity.wasSent(spec.name));
  if (news.length === 0) {
    coverageMark("context-loop-refused");
    const names = missing.map((spec) => spec.name).join(", ");
    const message = `${type.name} asked for states that it was sent: ${names || "none named"}`;
    return wrongAnswer("HANDSHAKE_LOOP", message, "Check that the SDK reads the states of the request; update it if not.");
  }
  for (const spec of news) declare(state, entity, spec);
  if (asked) type.handshakeDone = true;
  return undefined;
}

function checkSpec({ type }: Entity, spec: StateSpec): Failure | undefined {
  const parsed = parseTypeName(spec.typename);
  if (parsed.kind === "error") {
    const message = `${type.name} declares state "${spec.name}" with a wrong type: ${parsed.reason}`;
    return wrongAnswer("STATE_TYPE_INVALID", message, "Name the type of the state as <namespace>/<name> in the function.");
  }
  const index = type.specIndex.get(spec.name);
  const known = index === undefined ? undefined : type.specs[index];
  if (known === undefined || known.typename === spec.typename) return undefined;
  coverageMark("state-type-changed-refused");
  const message = `${type.name} declares state "${spec.name}" as ${spec.typename}, it is registered as ${known.typename}`;
  return wrongAnswer("STATE_TYPE_MISMATCH", message, "Give the new value another name, or restore the old type in the function.");
}

function declare(state: PartitionState, { type }: Entity, spec: StateSpec): void {
  const index = type.specIndex.get(spec.name);
  const known = index === undefined ? undefined : type.specs[index];
  if (known === undefined) {
    coverageMark("states-registered");
    type.addSpec(spec);
    writeSpecs(state, type);
  } else if (known.expiration.mode !== spec.expiration.mode || known.expiration.afterMs !== spec.expiration.afterMs) {
    coverageMark("expiration-changed");
    type.changeSpec(spec);
    writeSpecs(state, type);
  }
  // Another entity's request may have brought it meanwhile.
  if (type.declared.includes(spec.name)) coverageMark("states-known-meanwhile");
  else type.declared.push(spec.name);
}

/** A function has answered under this name. A row (also when it has no states) tells the partition after a restart that the type exists. */
export function typeAnswered(state: PartitionState, type: FunctionTypeState): void {
  type.answered = true;
  writeSpecs(state, type);
}

function writeSpecs(state: PartitionState, type: FunctionTypeState): void {
  state.epochs.writes.put(storeKey.specs(type.name), { kind: "specs", specs: [...type.specs] }, 64 * (type.specs.length + 1));
}
