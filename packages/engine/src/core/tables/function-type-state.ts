/**
 * FunctionTypeState: what the partition knows of one function type: its endpoint (if any), registered states, which of them the function
 * declares now, and how many of its entities and messages are in which status. Its entities themselves are in entity-table.ts.
 */
import { parseTypeName } from "@signalbox/runtime/model/address";
import { callType } from "@signalbox/runtime/model/call";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import { absentValue, type TypedValue } from "@signalbox/runtime/model/typed-value";
import { wrongFunctionName } from "@signalbox/runtime/model/url-template";
import type { EndpointState } from "./endpoint-state.ts";
import type { CoreEntityStatus } from "./entity-status.ts";
import type { TypeLimits } from "./limit-table.ts";

/** Entities of all types that wait for a person: parked or paused, and held at a breakpoint. */
export class StatusTotals {
  parkedOrPaused = 0;
  held = 0;
}

/** Where the messages that its functions sent lately went (scheduling/held-senders.ts). */
class Sending {
  messages = 0;
  toDisk = 0;
  /** More than half of them went to disk only. */
  isToDisk = false;
  last: FunctionTypeState | undefined = undefined;
}

/** While a type is held back, it has one of this many parts of its endpoint's credits. */
const heldShare = 4;

export class FunctionTypeState {
  readonly name: string;
  /** Its entities are calls, and its function is the engine's own. */
  readonly isCall: boolean;
  private bound: EndpointState | undefined = undefined;
  /** Why nothing may be sent to a function of this name; undefined: it may. */
  wrongName: string | undefined = undefined;
  /** All states that were ever registered, in the order in which they became known. */
  readonly specs: StateSpec[] = [];
  readonly specIndex = new Map<string, number>();
  /** Undefined when no limit covers the type, so that nothing is counted. */
  limits: TypeLimits | undefined = undefined;
  /** How many of its entities are in memory. */
  residentEntities = 0;
  /** How many of its batches were committed. */
  answers = 0;
  /**
   * Names of states that the function has declared; a request carries these. The list only grows; learning again begins a new one, which is
   * empty until the answer.
   */
  declared: string[] = [];
  /**
   * Whether `declared` is what the function declares now. Until then only one request at a time asks, so that there is no storm of
   * incomplete replies.
   */
  handshakeDone = false;
  /** The invocation in flight that carries no states, so that its answer names all of them; 0: none. */
  asking = 0;
  /**
   * A function has answered under this name. Before that the type is a candidate: it is shown nowhere, and is removed once nothing waits
   * for it.
   */
  answered = false;
  waitingMessages = 0;
  /** How many of those wait in mailboxes of entities that are not in memory (scheduling/cold-types.ts). */
  coldRows = 0;
  /** The value of `waitingMessages` that its row has. */
  waitingWritten = 0;
  inFlight = 0;
  loading = 0;
  /** How many of the resident entities are idle and may be evicted. */
  idleEntities = 0;
  /** The typename of the value that came last: waiting messages share this string instead of holding one each. */
  private valueTypename = "";
  parked = 0;
  /** Of waitingMessages, those in mailboxes of parked entities: they wait for a person, not for a turn. */
  parkedMessages = 0;
  paused = 0;
  backingOff = 0;
  held = 0;
  /** Of waitingInMemory, those that cannot leave: suspects of a killed process, former ones with spent attempts, and those that a person steps past breakpoints. */
  stayingInMemory = 0;

  readonly sending = new Sending();
  private readonly totals: StatusTotals;

  constructor(name: string, totals: StatusTotals) {
    this.name = name;
    this.isCall = name === callType;
    this.totals = totals;
  }

  get endpoint(): EndpointState | undefined {
    return this.bound;
  }

  bind(endpoint: EndpointState | undefined): void {
    this.bound = endpoint;
    const parsed = parseTypeName(this.name);
    // A name from before the rule still gets its waiting messages, and no new ones.
    if (parsed.kind === "error") this.wrongName = parsed.reason;
    else this.wrongName = endpoint && wrongFunctionName(endpoint.spec.urlTemplate, parsed.typeName.name);
  }

  addSpec(spec: StateSpec): void {
    this.specIndex.set(spec.name, this.specs.length);
    this.specs.push(spec);
  }

  changeSpec(spec: StateSpec): void {
    const index = this.specIndex.get(spec.name);
    if (index !== undefined) this.specs[index] = spec;
  }

  /** Learns the states again, because the function may be another one now. A function without states is asked with every request. */
  learnAgain(): void {
    if (this.handshakeDone && this.declared.length === 0) return;
    this.declared = [];
    this.handshakeDone = false;
    this.asking = 0;
  }

  get waitingEntities(): number {
    return this.residentEntities - this.idleEntities;
  }

  /** Whether messages of the type wait on disk only. Its cursor finds out for whom. */
  isCold(): boolean {
    return this.coldRows > 0;
  }

  /** The cold type that most messages of this one go to; undefined when it is not held back. */
  heldBackBy(): FunctionTypeState | undefined {
    const { isToDisk, last } = this.sending;
    return isToDisk && last?.isCold() === true ? last : undefined;
  }

  /** How many of its invocations may be in flight at once while it is held back. */
  heldCredits(limit: number): number {
    return Math.max(1, Math.floor(limit / heldShare));
  }

  /** Entities in memory that wait for a turn or have it. */
  get waitingInMemory(): number {
    return this.residentEntities - this.idleEntities - this.parked - this.paused - this.held;
  }

  /** The same value with a typename string that it shares with others. */
  shared(value: TypedValue): TypedValue {
    if (this.valueTypename !== value.typename) this.valueTypename = value.typename;
    if (value.hasValue === false) return absentValue(this.valueTypename);
    return { typename: this.valueTypename, bytes: value.bytes };
  }

  /** Counts an entity that goes from one status to another. `waiting`: the messages in its mailbox. */
  countStatus(before: CoreEntityStatus, after: CoreEntityStatus, waiting: number): void {
    this.adjust(before, -1);
    this.adjust(after, 1);
    this.countParked(before, -waiting);
    this.countParked(after, waiting);
  }

  /** Counts messages that came into the mailbox of an entity of this status, or (below 0) left it. */
  countParked(status: CoreEntityStatus, messages: number): void {
    if (status === "parked") this.parkedMessages += messages;
  }

  /** Counts an entity that must stay in memory and came into the status, or (by -1) left it. */
  countStaying(status: CoreEntityStatus, by: number): void {
    if (status === "ready" || status === "loading" || status === "in-flight" || status === "backing-off") this.stayingInMemory += by;
  }

  private adjust(status: CoreEntityStatus, by: number): void {
    if (status === "parked" || status === "paused") this.totals.parkedOrPaused += by;
    if (status === "held") this.totals.held += by;
    if (status === "in-flight") this.inFlight += by;
    else if (status === "loading") this.loading += by;
    else if (status === "parked") this.parked += by;
    else if (status === "paused") this.paused += by;
    else if (status === "backing-off") this.backingOff += by;
    else if (status === "held") this.held += by;
  }
}
