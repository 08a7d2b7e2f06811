/**
 * Connector: the code of an ingress or egress kind. A kind is one folder and one line in kinds.ts. It declares the shape of its spec (the
 * one source of checks, completion, JSON Schema, defaults and docs), reads a spec, and opens. The framework does everything else: when to
 * open, how long to wait, where to go on, what is durable, what is shown. A connector owns no timer, and an error that it throws becomes
 * its state (supervised.ts).
 */
import type { EgressRecord, IngressMessage } from "@signalbox/runtime";
import type { EndpointPlaces } from "@signalbox/runtime";
import type { ScheduleFacts } from "../contract/messages/schedules.ts";
import type { IngressPort } from "../flow/ingress-port.ts";
import type { Hooks } from "../listener/hooks.ts";
import type { WhoAsks } from "../identity/identity.ts";
import type { RequestBytes } from "../listener/request-bytes.ts";
import type { SiteRules } from "../listener/site-rules.ts";
import type { IssueList } from "../shape/issues.ts";
import type { LookedUp } from "../shape/json-look-up.ts";
import type { LinePosition } from "../shape/line-position.ts";
import type { Fields } from "../shape/shape.ts";
import type { SpecReader } from "../shape/spec-reader.ts";
import type { ConnectorCheck } from "./connector-check.ts";
import type { ConnectorProblem } from "./connector-state.ts";
import type { Delivery } from "./delivery.ts";

/** Something that may exist only once in all modules: an id, a port. */
export interface Claim {
  /** Two claims with the same key are about the same thing. */
  readonly key: string;
  readonly what: string;
  readonly position: LinePosition;
}

/** What a kind makes of a spec that has passed its shape. Plain data: it may cross a thread. */
export interface Declaration<S> {
  /** The id of the ingress or egress, unique in its direction. */
  readonly id: string;
  readonly spec: S;
  readonly claims: readonly Claim[];
}

export interface ReadContext {
  /** The line of the component in the module. */
  readonly position: LinePosition;
  readonly issues: IssueList;
  /**
   * True on Flink, where StateFun's own connectors handle the kinds that it has; checks that matter only to the gateway's connectors are
   * skipped.
   */
  readonly carries?: boolean | undefined;
}

/** The spec of StateFun's own connector of a kind, as StateFun reads it; its secrets are still secret. */
export type CarriedSpec = Readonly<Record<string, unknown>>;

interface Kind<S> {
  /** The kind as modules write it: <namespace>.v<n>/ingress or /egress. */
  readonly kind: string;
  /** The kind's name for people: kafka, http, log. */
  readonly word: string;
  /** One sentence for the editor and the docs. */
  readonly meaning: string;
  readonly shape: Fields;
  /** True when applying a module fails at once if it cannot be opened (for example because a port is taken). */
  readonly opensWithModule?: true;
  /** Reads the spec. Rules over several fields report to `issues`, with their place. */
  read(spec: SpecReader, context: ReadContext): Declaration<S>;
  /**
   * Makes the spec for StateFun's own connector of this kind, on a runtime that has it; fields that StateFun does not know are reported to
   * `issues`. Absent when StateFun has no such kind.
   */
  carried?(spec: SpecReader, context: ReadContext): CarriedSpec;
}

export interface IngressKind<S> extends Kind<S> {
  readonly direction: "ingress";
  /**
   * Resolves once it works; rejects with ConnectorFailure or any error. Absent for a kind that is recognised and checked, but not active.
   */
  open?(spec: S, context: IngressContext): Promise<OpenIngress>;
  /** Returns what to ask the other system, without asking. Absent when there is nothing to ask. */
  check?(spec: S, context: ConnectorContext): Promise<ConnectorCheck>;
  /** Says where each part would go on, and changes nothing. Absent when a person cannot move the ingress. */
  seek?(spec: S, context: SeekContext, to: SeekTarget): Promise<readonly SeekStep[]>;
}

/** Where a person wants an ingress to go on. */
export type SeekTarget =
  | { readonly kind: "earliest" }
  | { readonly kind: "latest" }
  | { readonly kind: "date"; readonly atMs: number }
  /** By part, in the same form as progress() reports them. */
  | { readonly kind: "positions"; readonly positions: Readonly<Record<string, string>> };

export interface SeekStep {
  readonly part: string;
  /** The position that context.position() will return. */
  readonly position: string;
  /** The present position as text for people; undefined when nothing was ever taken. */
  readonly from: string | undefined;
  readonly to: string;
  /** How many records would be read again (or skipped, when negative); undefined when not known. */
  readonly again: number | undefined;
}

export interface SeekContext extends ConnectorContext {
  position(part?: string): Promise<string | undefined>;
}

export interface EgressKind<S> extends Kind<S> {
  readonly direction: "egress";
  /** The same as for an ingress. */
  open?(spec: S, context: EgressContext): Promise<OpenEgress>;
  /** The same as for an ingress. */
  check?(spec: S, context: EgressCheckContext): Promise<ConnectorCheck>;
}

/** Waiting records say which topics or streams to ask about. */
export type EgressCheckContext = ConnectorContext & Pick<EgressContext, "records">;

export type IngressConnector = IngressKind<unknown>;
export type EgressConnector = EgressKind<unknown>;
export type Connector = IngressConnector | EgressConnector;

/** Hides the type of the spec, which only the kind itself needs: read() makes it and open() gets it back. */
export function ingress<S>(kind: IngressKind<S>): IngressConnector {
  return kind;
}

export function egress<S>(kind: EgressKind<S>): EgressConnector {
  return kind;
}

interface Open {
  /** Settles when it no longer works; the error that it rejects with becomes the state. Absent when it works until it is closed. */
  readonly ended?: Promise<void>;
  /** Resolves when everything that it opened is closed. Called once, also after `ended`. */
  close(): Promise<void>;
}

/** Each method resolves once its change is durable. */
export interface ScheduleControl {
  facts(): ScheduleFacts;
  pause(): Promise<void>;
  resume(): Promise<void>;
  runNow(): Promise<void>;
}

export interface OpenIngress extends Open {
  /** Present on an ingress that runs by the clock, for people to pause and run it. */
  readonly schedule?: ScheduleControl;
  /** Called when records up to this position are durable, so that the other system may forget them. */
  durable?(position: string, part: string): void;
  /** How far it has come, for people; called when somebody looks. */
  progress?(): readonly PartProgress[];
}

/** How far one part of an ingress is. */
export interface PartProgress {
  readonly part: string;
  /** Records up to here were handed over; written as people know it from the other system. */
  readonly position: string;
  /** How many records after it the other system has; undefined when not known (yet). */
  readonly lag: number | undefined;
}

/** A record that could not become a message, as people see it. */
export interface InvalidSample {
  readonly part: string;
  readonly position: string;
  readonly what: string;
  /** What the kind did with it: skipped, parked, forwarded. */
  readonly done: string;
}

export interface OpenEgress extends Open {
  /**
   * Gets durable records in order, oldest first, at least one. Called again with those that are not acknowledged; never called twice at
   * once. Absent when it reads the outbox itself (context.records) as clients ask for records.
   */
  deliver?(records: readonly EgressRecord[], signal: AbortSignal): Promise<Delivery>;
  /** The most that one batch may hold; by default egressBatchRecordsMax. */
  readonly batchRecordsMax?: number;
  /** The function type that gets rejected records with the reason; without it a rejected record holds up those after it. */
  readonly deadLetters?: string | undefined;
}

/** Parts of the gateway that listeners and clients are made with. */
export interface ConnectorHost {
  /** The address that listeners bind to. */
  readonly host: string;
  readonly site: SiteRules;
  readonly messageBytesMax: number;
  readonly messageHeadersBytesMax: number;
  /** Counts the bytes of bodies that wait. */
  readonly held: RequestBytes;
  /** Paths of the gateway's own HTTP port. */
  readonly hooks: Pick<Hooks, "open">;
  /**
   * Reads the values at some pointers of a large JSON body, in another thread. Rejects with GatewayError when there is no room or no time.
   */
  lookUp(bytes: Uint8Array, pointers: readonly string[]): Promise<LookedUp>;
  /** Finds the principal of a request at a port of the connector's own. */
  readonly identity: Pick<WhoAsks, "principalOf">;
  /** Which hosts may be called. */
  readonly places: EndpointPlaces;
  readonly logError: (error: unknown, where: string) => void;
}

export interface ConnectorContext extends ConnectorHost {
  readonly id: string;
  /** Aborted before close() is called. */
  readonly signal: AbortSignal;
  /** Wall time, in milliseconds since 1970. */
  nowMs(): number;
  /** A time that never goes back and is not the time of day. */
  steadyMs(): number;
  /**
   * Resolves after `ms`, or at once when the signal or `until` is aborted. The only way to wait, because a kind has no timer of its own.
   */
  wait(ms: number, until?: AbortSignal): Promise<void>;
  /** Uniform in [0, 1), for jitter. */
  draw(): number;
  /**
   * Reports why it, or a part of it, cannot go on for a while although it is open (the other system throttles it). Undefined when it goes
   * on.
   */
  slowed(problem: ConnectorProblem | undefined): void;
  /**
   * Reports something to know while it works. It is shown beside the state until the next note, `undefined`, or the end of this life. A
   * note with a cure asks for a person: it is in the log and on the Overview, for a day.
   */
  note(problem: ConnectorProblem | undefined): void;
  /** Counts one event for the metrics and the console. `event` becomes a label, so a kind must use only a few words. */
  count(event: string): void;
}

export type IngressRecord = Pick<IngressMessage, "target" | "value" | "headers">;

export interface IngressContext extends ConnectorContext {
  /** Where to go on; undefined when nothing of this part was ever taken. */
  position(part?: string): Promise<string | undefined>;
  /**
   * Takes records in order, at most recordsPerAcceptMax; without records only the position moves. Resolves when there is room for more,
   * which may be before they are durable (`durable` reports that). Rejects with InvalidRecord before any record is taken, and when the
   * signal is aborted.
   */
  accept(records: readonly IngressRecord[], at: { readonly position: string; readonly part?: string }): Promise<void>;
  /** For messages without a position, whose sender waits for an answer: it resolves when the message is durable. */
  readonly door: IngressPort;
  /** Counts a record that could not become a message, and keeps it among the last ones for people to see. */
  invalid(sample: InvalidSample): void;
}

/** What an egress connector gets: the records to deliver, and the way to acknowledge them. */
export interface EgressContext extends ConnectorContext {
  /** Durable records in order of sequence. */
  records(query: { readonly after?: number | undefined; readonly limit: number }): Promise<EgressRecord[]>;
  /** Removes the records up to and including `through`. */
  acknowledge(through: number): Promise<void>;
  /** The name of the state in force (incarnation.ts): after a restore the same sequences mean other records. */
  incarnation(): Promise<string>;
}

export const recordsPerAcceptMax = 1000;
export const egressBatchRecordsMax = 100;
