/**
 * OperatorActionsOracle: what people did to entities stays done. A discarded message is never sent to a function again, an edited one never
 * in an older edition, and every later request carries an edited state value. Only confirmed actions count, and a restore undoes what was
 * confirmed.
 */
import { entityPart, storeKey } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import { formatAddress, type Address } from "@signalbox/runtime/model/address";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { StoreReader } from "../../ports/store.ts";
import { decodeCounter, decodeEnvelope, flagState } from "./interpreter.ts";
import { must } from "../sim/trace.ts";
import { addressOf } from "../sim/workload.ts";

interface Flag {
  /** What may stand there now: the last value that was confirmed, and those that were tried since. 0 stands for nothing. */
  readonly possible: Set<number>;
  readonly ever: Set<number>;
}

export class OperatorActionsOracle {
  private readonly discarded = new Set<number>();
  private readonly editions = new Map<number, number>();
  private readonly flags = new Map<string, Flag>();
  confirmed = 0;

  sent(request: InvocationRequest): void {
    const name = formatAddress(request.target);
    for (const input of request.inputs) {
      const { program, edition } = decodeEnvelope(input.value);
      must(!this.discarded.has(program.id), () => `${name} was sent message ${program.id}, which was discarded`);
      const least = this.editions.get(program.id) ?? 0;
      must(edition >= least, () => `${name} was sent edition ${edition} of message ${program.id}, edition ${least} was confirmed`);
    }
    const entry = request.state.find((state) => state.name === flagState.name);
    if (entry !== undefined) this.checkFlag(name, decodeCounter(entry.value?.bytes));
  }

  /** Compares with what is on disk at the end. */
  checkDisk(disk: StoreReader, entities: number): void {
    for (let entity = 0; entity < entities; entity++) {
      const address = addressOf(entity);
      const row = disk.get(storeKey.state(entityPart(address.type, address.id), flagState.name));
      this.checkFlag(formatAddress(address), decodeCounter(row === undefined ? undefined : decodeRecord.state(row).bytes));
    }
  }

  discardConfirmed(id: number): void {
    this.confirmed++;
    this.discarded.add(id);
  }

  editConfirmed(id: number, edition: number): void {
    this.confirmed++;
    this.editions.set(id, Math.max(edition, this.editions.get(id) ?? 0));
  }

  flagTried(address: Address, flag: number): void {
    const known = this.flag(formatAddress(address));
    known.possible.add(flag);
    known.ever.add(flag);
  }

  /** Only one edit of an entity's flag is under way at a time. */
  flagConfirmed(address: Address, flag: number): void {
    this.confirmed++;
    const { possible } = this.flag(formatAddress(address));
    possible.clear();
    possible.add(flag);
  }

  restored(): void {
    this.discarded.clear();
    this.editions.clear();
    for (const { possible, ever } of this.flags.values()) for (const flag of ever) possible.add(flag);
  }

  private checkFlag(name: string, flag: number): void {
    const { possible } = this.flag(name);
    must(possible.has(flag), () => `${name} has flag ${flag}, people made it one of ${[...possible].join(", ")}`);
  }

  private flag(name: string): Flag {
    const known = this.flags.get(name);
    if (known !== undefined) return known;
    const made: Flag = { possible: new Set([0]), ever: new Set([0]) };
    this.flags.set(name, made);
    return made;
  }
}
