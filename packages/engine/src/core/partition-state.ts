/**
 * PartitionState: the tables of one partition in memory. Each table names the file that changes it; only the files of core/ change any.
 * What memory lacks (evicted state, spilled mailboxes, far timers) is on disk and comes back by commands.
 */
import type { EngineLimits } from "../limits.ts";
import { homeOf, onlyPartition, type PartitionPlace } from "../model/partition-place.ts";
import { WatchedTraces } from "@signalbox/runtime/model/watched-traces";
import { StateValues } from "./state-values/state-values.ts";
import { Alarms } from "./tables/alarms.ts";
import { BreakpointTable } from "./tables/breakpoint-table.ts";
import { CallWaiters } from "./tables/call-waiters.ts";
import { ColdTable } from "./tables/cold-table.ts";
import { EgressTable } from "./tables/egress-table.ts";
import { EntityTable } from "./tables/entity-table.ts";
import { EpochTable } from "./tables/epoch-table.ts";
import { InvocationTable } from "./tables/invocation-table.ts";
import { JournalTable } from "./tables/journal-table.ts";
import { MailboxTable } from "./tables/mailbox-table.ts";
import { PartitionLinks } from "./tables/partition-links.ts";
import { ReadyTable } from "./tables/ready-table.ts";
import { ResidencyTable } from "./tables/residency-table.ts";
import { RouteTable } from "./tables/route-table.ts";
import { Sequences } from "./tables/sequences.ts";
import { TimerWindow } from "./tables/timer-window.ts";

export class PartitionState {
  readonly limits: EngineLimits;
  readonly place: PartitionPlace;
  readonly sequences: Sequences;
  readonly epochs: EpochTable;
  readonly values: StateValues;
  readonly routes: RouteTable;
  readonly entities: EntityTable;
  readonly mailboxes = new MailboxTable();
  readonly cold = new ColdTable();
  readonly ready = new ReadyTable();
  readonly residency = new ResidencyTable();
  readonly invocations = new InvocationTable();
  readonly alarms = new Alarms();
  readonly timers = new TimerWindow();
  readonly egress = new EgressTable();
  readonly callWaiters = new CallWaiters();
  readonly links = new PartitionLinks();
  readonly journal = new JournalTable();
  readonly breakpoints: BreakpointTable;
  readonly watched = new WatchedTraces();
  /** How many commands were applied: while this number and the open epoch are the same, nothing here has changed. */
  commands = 0;
  /** While true, until the process ends, no new invocation starts. */
  draining = false;

  constructor(limits: EngineLimits, place: PartitionPlace = onlyPartition) {
    this.limits = limits;
    this.place = place;
    this.routes = new RouteTable(limits.limitKeysMax);
    this.entities = new EntityTable(this.routes);
    this.breakpoints = new BreakpointTable(limits);
    this.sequences = new Sequences(place);
    this.epochs = new EpochTable(this.sequences);
    this.values = new StateValues(this.epochs);
  }

  /** Which partition the name (an entity's id, an egress, a producer) belongs to; undefined: this one. */
  otherHome(name: string): number | undefined {
    const home = homeOf(name, this.place.count);
    return home === this.place.index ? undefined : home;
  }

  /** Messages in the mailboxes here and on their way to other partitions. */
  get waitingAnywhere(): number {
    return this.mailboxes.waitingMessages + this.links.depth;
  }

  /** Entities in memory that are not idle: messages wait for them, they are in flight, or they wait for a person. */
  get waitingEntities(): number {
    return this.entities.resident - this.residency.idle.size;
  }

  /** Those of `waitingEntities` that wait for a turn, and not for a person. */
  get waitingInMemory(): number {
    const { parkedOrPaused, held } = this.entities.totals;
    return this.waitingEntities - parkedOrPaused - held;
  }
}
