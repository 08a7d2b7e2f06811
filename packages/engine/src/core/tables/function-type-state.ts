/**
 * FunctionTypeState: what the partition knows of one function type: its endpoint (if any), registered states, which of them the function
 * declares now, and how many of its entities and messages are in which status. Its entities themselves are in entity-table.ts.
 */
import { parseTypeName } from "../../model/address.ts";
import { callType } from "../../model/call.ts";
import type { StateSpec } from "../../model/state-spec.ts";
import { absentValue, type TypedValue } from "../../model/typed-value.ts";
import { wrongFunctionName } from "../../model/url-template.ts";
import type { EndpointState } from "./endpoint-state.ts";
import type { CoreEntityStatus } from "./entity-status.ts";
import type { TypeLimits } from "./limit-table.ts";

/** Entities of all types that wait for a person: parked or paused, and held at a breakpoint. */
export class StatusTotals {
  parkedOrPaused = 0;
  held = 0;
}

/** Where the messages went that its functions sent lately (scheduling/held-senders.ts). */
export class Sending {
  messages = 0;
  toDisk = 0;
  /** More than half. */
  isToDisk = false;
  last: FunctionTypeState | undefined = undefined;
}

/** Of its endpoint's credits, while it is held back. */
const heldShare = 4;

export class FunctionTypeState {
  readonly name: string;
  /** Its entities are calls, and its function is the engine's own. */
  readonly isCall: boolean;
  private bound: EndpointState | undefined = undefined;
  /** Why nothing may be sent to a function of this name; undefined: it may. */
  wrongName: string | undefined = undefined;
  /** All that were ever registered, in the order in which they became known. */
  readonly specs: StateSpec[] = [];
  readonly specIndex = new Map<string, number>();
  /** Undefined: no limit covers it, and nothing is counted. */
  limits: TypeLimits | undefined = undefined;
  /** Of its entities, those in memory. */
  residentEntities = 0;
  /** Batches that were committed. */
  answers = 0;
  /** Names of states that the function has declared; a request carries these. It only grows; learning again begins a new one, empty until the answer. */
  declared: string[] = [];
  /** Whether `declared` is what the function declares now. Until then one request at a time asks: no storm of incomplete replies. */
  handshakeDone = false;
  /** The invocation in flight that carries no states, so that its answer names all of them; 0: none. */
  asking = 0;
  /** A function has answered under this name. Before, it is a candidate: shown nowhere, and gone once nothing of it waits. */
  answered = false;
  waitingMessages = 0;
  /** Of those, in mailboxes of entities that are not in memory (scheduling/cold-types.ts). */
  coldRows = 0;
  /** `waitingMessages` as its row has it. */
  waitingWritten = 0;
  inFlight = 0;
  loading = 0;
  /** How many of those are idle and may be evicted. */
  idleEntities = 0;
  /** The type of value that came last: messages that wait share its text. */
  private valueTypename = "";
  parked = 0;
  /** Of waitingMessages, those in mailboxes of parked entities: they wait for a person, not for a turn. */
  parkedMessages = 0;
  paused = 0;
  backingOff = 0;
  held = 0;
  /** Of waitingInMemory, those that are suspected of killing their process. */
  suspectsInMemory = 0;

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
    // A name that was known before the rule is still called for the messages that it has, and gets no new ones.
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

  /** Messages wait on disk only: of whom, its cursor will find. */
  isCold(): boolean {
    return this.coldRows > 0;
  }

  /** The type that takes no more in memory of what this one sends to it. */
  heldBackBy(): FunctionTypeState | undefined {
    const { isToDisk, last } = this.sending;
    return isToDisk && last?.isCold() === true ? last : undefined;
  }

  /** Invocations of it that may be in flight at once while it is held back. */
  heldCredits(limit: number): number {
    return Math.max(1, Math.floor(limit / heldShare));
  }

  /** In memory, with a turn to come. */
  get waitingInMemory(): number {
    return this.residentEntities - this.idleEntities - this.parked - this.paused - this.held;
  }

  /** The same value with a typename that it does not hold alone. */
  shared(value: TypedValue): TypedValue {
    if (this.valueTypename !== value.typename) this.valueTypename = value.typename;
    if (value.hasValue === false) return absentValue(this.valueTypename);
    return { typename: this.valueTypename, bytes: value.bytes };
  }

  /** `waiting`: messages in the mailbox of the entity that goes from one to the other. */
  countStatus(before: CoreEntityStatus, after: CoreEntityStatus, waiting: number): void {
    this.adjust(before, -1);
    this.adjust(after, 1);
    this.countParked(before, -waiting);
    this.countParked(after, waiting);
  }

  /** Messages that came into the mailbox of an entity of this status, or left it. */
  countParked(status: CoreEntityStatus, messages: number): void {
    if (status === "parked") this.parkedMessages += messages;
  }

  /** A suspect came into the status, or (by -1) left it. */
  countSuspect(status: CoreEntityStatus, by: number): void {
    if (status === "ready" || status === "loading" || status === "in-flight" || status === "backing-off") this.suspectsInMemory += by;
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
