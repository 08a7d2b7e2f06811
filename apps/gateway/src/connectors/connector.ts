/**
 * Connector: the code of an ingress or egress kind. A kind is one folder and one line in kinds.ts. It says what its spec looks like (the one
 * source of checks, completion, JSON Schema, defaults and docs), reads it, and opens; everything else is the framework's: when to open, how long to
 * wait, where to go on, what is durable, what is shown. A connector owns no timer, and what it throws is its state (supervised.ts).
 */
import type { EgressRecord, IngressMessage } from "@signalbox/runtime";
import type { EndpointPlaces } from "@signalbox/runtime";
import type { ScheduleFacts } from "../contract/schedules.ts";
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

/** Something that may exist once in all modules: an id, a port. */
export interface Claim {
  /** Same key, same thing. */
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
  /** Where the component stands. */
  readonly position: LinePosition;
  readonly issues: IssueList;
  /** True: kinds that StateFun has are its own connectors' affair, in the job on Flink; what counts here only is not checked. */
  readonly carries?: boolean | undefined;
}

/** The spec of StateFun's own connector of a kind, as StateFun reads it; its secrets are still secret. */
export type CarriedSpec = Readonly<Record<string, unknown>>;

interface Kind<S> {
  /** As modules write it: <namespace>.v<n>/ingress or /egress. */
  readonly kind: string;
  /** How people call it: kafka, http, log. */
  readonly word: string;
  /** For the editor and the docs, one sentence. */
  readonly meaning: string;
  readonly shape: Fields;
  /** True: whoever applies a module hears at once when it does not open (a port that is taken), and nothing is applied. */
  readonly opensWithModule?: true;
  /** Rules over several fields go to `issues`, with their place. */
  read(spec: SpecReader, context: ReadContext): Declaration<S>;
  /** For StateFun's own connector of this kind, where the runtime brings it along; what it does not know goes to `issues`. Absent: StateFun has no such kind. */
  carried?(spec: SpecReader, context: ReadContext): CarriedSpec;
}

export interface IngressKind<S> extends Kind<S> {
  readonly direction: "ingress";
  /** Absent: recognised and checked, not active. Resolves once it works; rejects with ConnectorFailure or anything. */
  open?(spec: S, context: IngressContext): Promise<OpenIngress>;
  /** What to ask the other system; asks nothing itself. Absent: there is nothing to ask. */
  check?(spec: S, context: ConnectorContext): Promise<ConnectorCheck>;
  /** Says where each part would go on, and changes nothing. Absent: a person cannot move it. */
  seek?(spec: S, context: SeekContext, to: SeekTarget): Promise<readonly SeekStep[]>;
}

/** Where a person wants an ingress to go on. */
export type SeekTarget =
  | { readonly kind: "earliest" }
  | { readonly kind: "latest" }
  | { readonly kind: "date"; readonly atMs: number }
  /** In the words in which progress() tells them, by part. */
  | { readonly kind: "positions"; readonly positions: Readonly<Record<string, string>> };

export interface SeekStep {
  readonly part: string;
  /** As context.position() will give it. */
  readonly position: string;
  /** For people; undefined: nothing of it was ever taken. */
  readonly from: string | undefined;
  readonly to: string;
  /** Records between: read again, or passed over when negative; undefined: not known. */
  readonly again: number | undefined;
}

export interface SeekContext extends ConnectorContext {
  position(part?: string): Promise<string | undefined>;
}

export interface EgressKind<S> extends Kind<S> {
  readonly direction: "egress";
  /** As of an ingress. */
  open?(spec: S, context: EgressContext): Promise<OpenEgress>;
  /** As of an ingress. */
  check?(spec: S, context: EgressCheckContext): Promise<ConnectorCheck>;
}

/** Records that wait tell which topics or streams are meant. */
export type EgressCheckContext = ConnectorContext & Pick<EgressContext, "records">;

export type IngressConnector = IngressKind<unknown>;
export type EgressConnector = EgressKind<unknown>;
export type Connector = IngressConnector | EgressConnector;

/** What read() made comes back to the same kind: the type of its spec is the kind's own affair. */
export function ingress<S>(kind: IngressKind<S>): IngressConnector {
  return kind;
}

export function egress<S>(kind: EgressKind<S>): EgressConnector {
  return kind;
}

interface Open {
  /** Settles when it works no longer; what it rejects with becomes the state. Absent: it works until it is closed. */
  readonly ended?: Promise<void>;
  /** Everything it opened is closed when this resolves. Called once, also after `ended`. */
  close(): Promise<void>;
}

/** Each resolves once it is durable. */
export interface ScheduleControl {
  facts(): ScheduleFacts;
  pause(): Promise<void>;
  resume(): Promise<void>;
  runNow(): Promise<void>;
}

export interface OpenIngress extends Open {
  /** How people pause and run an ingress that runs by the clock. */
  readonly schedule?: ScheduleControl;
  /** Records up to this position are durable: the other system may forget them. */
  durable?(position: string, part: string): void;
  /** How far it is, for people: asked when somebody looks. */
  progress?(): readonly PartProgress[];
}

/** How far one part of an ingress is. */
export interface PartProgress {
  readonly part: string;
  /** Up to here records were handed over, in words that people know from the other system. */
  readonly position: string;
  /** Records behind it that the other system has; undefined: not known (yet). */
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
   * Records in order, oldest first, durable, at least one. Called again with what is not acknowledged; never twice at once.
   * Absent: it reads the outbox by itself (context.records) when somebody asks for records.
   */
  deliver?(records: readonly EgressRecord[], signal: AbortSignal): Promise<Delivery>;
  /** The most that one batch may hold; by default egressBatchRecordsMax. */
  readonly batchRecordsMax?: number;
  /** Function type that gets what was rejected, with the reason; without it a rejected record holds up those behind it. */
  readonly deadLetters?: string | undefined;
}

/** Parts of the gateway that listeners and clients are made with. */
export interface ConnectorHost {
  /** Where listeners bind. */
  readonly host: string;
  readonly site: SiteRules;
  readonly messageBytesMax: number;
  readonly messageHeadersBytesMax: number;
  /** Where the bodies that wait are counted. */
  readonly held: RequestBytes;
  /** Paths of the gateway's own HTTP port. */
  readonly hooks: Pick<Hooks, "open">;
  /** What stands at places of a large body of JSON, read beside the engine's thread. Rejects with GatewayError where there is no room or no time. */
  lookUp(bytes: Uint8Array, pointers: readonly string[]): Promise<LookedUp>;
  /** Who asks, of a request at a port of the connector's own. */
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
  /** Never goes back; says nothing of the time of day. */
  steadyMs(): number;
  /** Resolves after so long, or at once when the signal or `until` is aborted. The only way to wait: a kind has no timer of its own. */
  wait(ms: number, until?: AbortSignal): Promise<void>;
  /** Uniform in [0, 1), for jitter. */
  draw(): number;
  /** It is open, but cannot go on for a while, or a part of it cannot (the other system throttles it): people see why. Undefined: it goes on. */
  slowed(problem: ConnectorProblem | undefined): void;
  /**
   * Something to know while it works: shown beside its state, until the next one, undefined, or the end of this life. With a cure it wants somebody to look:
   * it is told in the log and on the Overview, and is old after a day.
   */
  note(problem: ConnectorProblem | undefined): void;
  /** One more of these, for the metrics and the console. The words are the kind's own and few: they are labels. */
  count(event: string): void;
}

export type IngressRecord = Pick<IngressMessage, "target" | "value" | "headers">;

export interface IngressContext extends ConnectorContext {
  /** Where to go on; undefined: nothing of this part was ever taken. */
  position(part?: string): Promise<string | undefined>;
  /**
   * Takes records in order, at most recordsPerAcceptMax; none: only the position moves. Resolves when there is room for more, which may be before they
   * are durable (`durable` says when). Rejects with InvalidRecord before anything of it is taken, and when the signal is aborted.
   */
  accept(records: readonly IngressRecord[], at: { readonly position: string; readonly part?: string }): Promise<void>;
  /** For what has no position because its sender waits for an answer: resolves when the message is durable. */
  readonly door: IngressPort;
  /** Counts a record that could not become a message, and keeps it among the last ones for people to see. */
  invalid(sample: InvalidSample): void;
}

/** What is there to read, and the way to say that it was delivered. */
export interface EgressContext extends ConnectorContext {
  /** Durable records in order of sequence. */
  records(query: { readonly after?: number | undefined; readonly limit: number }): Promise<EgressRecord[]>;
  /** Removes the records up to and including `through`. */
  acknowledge(through: number): Promise<void>;
  /** Names the state in force (incarnation.ts): after a restore the sequences of records mean other records. */
  incarnation(): Promise<string>;
}

export const recordsPerAcceptMax = 1000;
export const egressBatchRecordsMax = 100;
