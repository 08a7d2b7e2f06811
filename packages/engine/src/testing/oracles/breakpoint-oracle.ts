/**
 * BreakpointOracle: checks breakpoints from outside. Nothing that a breakpoint covers is sent except by a step, and a step lets exactly one
 * message through. After each event, every held entity is held at a breakpoint that covers it, and the memory that they take is recomputed
 * (G6). clock-oracle.ts checks that a breakpoint ends in time, and the model checks the order. Neighbour: sim/sim-breakpoints.ts (people
 * who set them).
 */
import { messageBytes } from "../../core/mailbox.ts";
import type { PartitionState } from "../../core/partition-state.ts";
import type { Entity } from "../../core/tables/entity.ts";
import { formatAddress, type Address } from "@signalbox/runtime/model/address";
import type { BreakpointSpec } from "@signalbox/runtime/model/breakpoint";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import { homeOf } from "../../model/partition-place.ts";
import { simConditionOf } from "../sim/sim-condition.ts";
import { must } from "../sim/trace.ts";
import { alarmsOf } from "./fairness-oracle.ts";
import { decodeEnvelope } from "./interpreter.ts";

interface Steps {
  asked: number;
  /** Programs that were sent past a breakpoint. */
  readonly sent: Set<number>;
}

export class BreakpointOracle {
  checks = 0;
  private readonly steps = new Map<string, Steps>();

  stepAsked(address: Address): void {
    this.of(address).asked++;
  }

  stepRefused(address: Address): void {
    const steps = this.of(address);
    steps.asked = Math.max(0, steps.asked - 1);
  }

  sent({ target, inputs }: InvocationRequest, partitions: readonly PartitionState[]): void {
    const state = partitions[homeOf(target.id, Math.max(1, partitions.length))];
    const ids = inputs.map(({ value }) => decodeEnvelope(value).program.id);
    const covers = [...(state?.breakpoints.all ?? [])].some(
      ({ breakpoint: { spec, isFull } }) => !isFull && isCovered(spec, target) && ids.some((each) => isWanted(spec, each)),
    );
    const name = formatAddress(target);
    const [id] = ids;
    if (id === undefined) return;
    if (!covers) {
      // A step holds for all attempts of its message, whatever is set and released between them (simulation seed 1013).
      const steps = this.steps.get(name);
      const isStepped = inputs.length === 1 && steps !== undefined && (steps.sent.has(id) || steps.sent.size < steps.asked);
      if (isStepped) steps.sent.add(id);
      else this.steps.delete(name);
      return;
    }
    this.checks++;
    must(inputs.length === 1, () => `breakpoints: ${inputs.length} messages went past one to ${name} at once`);
    const { sent, asked } = this.of(target);
    sent.add(id);
    must(sent.size <= asked, () => `breakpoints: message ${id} went past one to ${name}; ${sent.size} went, ${asked} steps were asked for`);
  }

  /** All breakpoints end with a life. One that stops may still send what a person stepped, until it drains (simulation seed 3057055). */
  lifeEnded(): void {
    this.steps.clear();
  }

  /** Called after each event that changed something. */
  check(partitions: readonly PartitionState[]): void {
    for (const state of partitions) checkHeld(state);
  }

  private of(address: Address): Steps {
    const name = formatAddress(address);
    const known = this.steps.get(name);
    if (known !== undefined) return known;
    const made: Steps = { asked: 0, sent: new Set() };
    this.steps.set(name, made);
    return made;
  }
}

/** States the rule independently of the engine's code. */
function isCovered({ namespace, name, ids }: BreakpointSpec, { type, id }: Address): boolean {
  const [ownNamespace, ownName] = type.split("/");
  if (ownNamespace !== namespace || (name !== "*" && ownName !== name)) return false;
  if (ids.kind === "all") return true;
  return ids.kind === "one" ? ids.id === id : id.slice(0, ids.prefix.length) === ids.prefix;
}

/** The message is held if the condition fits, and also if it cannot be evaluated. */
function isWanted({ condition }: BreakpointSpec, id: number): boolean {
  if (condition === undefined) return true;
  const { every, unclearEvery } = simConditionOf(condition);
  return id % every === 0 || id % unclearEvery === 0;
}

function checkHeld(state: PartitionState): void {
  const { breakpoints, limits } = state;
  let messages = 0;
  let bytes = 0;
  let entities = 0;
  for (const type of state.entities.types.values()) {
    for (const entity of state.entities.ofType(type.name)) {
      checkEntity(state, entity);
      if (entity.status !== "held") continue;
      entities++;
      messages += entity.mailbox.depth;
      for (const message of entity.mailbox.first(entity.mailbox.inMemory)) bytes += messageBytes(message);
    }
  }
  let listed = 0;
  for (const { held } of breakpoints.all) listed += held.size;
  must(listed === entities, () => `breakpoints: ${entities} entities are held, ${listed} are listed`);
  const { heldMessages, heldBytes } = breakpoints;
  must(
    heldMessages === messages && heldBytes === bytes,
    () => `breakpoints: kept ${heldMessages} messages, ${heldBytes} bytes, recomputed ${messages} messages, ${bytes} bytes`,
  );
  const isWithin = messages <= limits.breakpointHeldMessagesMax && bytes <= limits.breakpointHeldBytesMax;
  const goesOn = alarmsOf(state).some(({ kind }) => kind === "looks");
  must(
    breakpoints.looksOn === goesOn,
    () => `breakpoints: looks are ${goesOn ? "left" : "spent"} and ${goesOn ? "an alarm" : "nobody"} goes on`,
  );
  must(isWithin, () => `G6: breakpoints hold ${messages} messages with ${bytes} bytes`);
}

function checkEntity({ breakpoints }: PartitionState, entity: Entity): void {
  const { heldAt, status, mailbox } = entity;
  const name = (): string => formatAddress(entity.address);
  must(
    (status === "held") === (heldAt !== undefined),
    () => `breakpoints: ${name()} is ${status} and held at ${heldAt?.spec.id ?? "none"}`,
  );
  if (entity.isStepping) {
    const isUnderWay = status === "ready" || status === "loading" || status === "in-flight" || status === "backing-off";
    must(
      isUnderWay && mailbox.depth > 0,
      () => `breakpoints: the step of ${name()} did not end, it is ${status} with ${mailbox.depth} messages`,
    );
  }
  if (heldAt === undefined) return;
  const isInForce = breakpoints.find(heldAt.spec.id) === heldAt && !heldAt.isFull;
  must(isInForce, () => `breakpoints: ${name()} is held at ${heldAt.spec.id}, which is no more`);
  must(isCovered(heldAt.spec, entity.address), () => `breakpoints: ${name()} is held at ${heldAt.spec.id}, which does not cover it`);
  must(mailbox.depth > 0, () => `breakpoints: ${name()} is held without a message`);
  const head = mailbox.at(0);
  const isMeant = head !== undefined && isWanted(heldAt.spec, decodeEnvelope(head.value).program.id);
  must(
    isMeant || heldAt.condition === undefined,
    () => `breakpoints: ${name()} is held at ${heldAt.spec.id}, whose condition its first message does not fit`,
  );
}
