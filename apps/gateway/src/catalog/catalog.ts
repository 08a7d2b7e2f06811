/**
 * Catalog: what people manage (modules with every revision, savepoint records, saved messages, descriptor sets, people, audit).
 * It holds no entity state; that is the engine's. open-catalog.ts makes one over SQLite or PostgreSQL, and services of the
 * gateway know this interface only. Every promise resolves after the database committed.
 * A database that cannot be opened or refuses a query rejects with CatalogError, whose message says what and where.
 */
import type { AuditOutcome } from "../contract/people/audit.ts";
import type { InvariantRule } from "../contract/entities/invariants.ts";
import type { Door, PrincipalKind, Who } from "../contract/principal.ts";
import type { IdentityCatalog } from "./identity-catalog.ts";

/** Who or what caused a change. */
export type CatalogOrigin = "person" | "api" | "rollback" | "start";

export interface ModuleRevision {
  readonly name: string;
  /** Counts 1, 2, 3 … for each name. When a removed name comes back, its revisions continue from the last number. */
  readonly revision: number;
  readonly yaml: string;
  readonly appliedMs: number;
  readonly origin: CatalogOrigin;
  /** Who put it in force, and by which door; undefined for revisions that are older than this field. */
  readonly principal: Who | undefined;
}

export interface NewModuleRevision {
  readonly name: string;
  readonly yaml: string;
  readonly appliedMs: number;
  readonly origin: CatalogOrigin;
  readonly principal: Who;
}

export interface ModuleCatalog {
  /** Lists the newest revision of every module that is in force, by name. */
  list(): Promise<ModuleRevision[]>;
  /** Finds the newest revision; undefined when the module is not in force. */
  find(name: string): Promise<ModuleRevision | undefined>;
  /** Lists the revisions, newest first, also of a module that was removed. */
  revisions(name: string, page: { readonly limit: number; readonly below?: number | undefined }): Promise<ModuleRevision[]>;
  revision(name: string, revision: number): Promise<ModuleRevision | undefined>;
  /** Keeps the text as the next revision and puts it in force. */
  append(revision: NewModuleRevision): Promise<ModuleRevision>;
  /** Takes the module out of force and keeps its revisions. Returns false when it was not in force. */
  remove(name: string, removedMs: number): Promise<boolean>;
}

export type SavepointStatus = "taking" | "ready" | "failed";
/** How a savepoint came to be here. upload: the file came from elsewhere; bootstrap: it was made from other data. */
export const savepointOrigins = ["person", "api", "before-restore", "upload", "bootstrap", "move"] as const;
export type SavepointOrigin = (typeof savepointOrigins)[number];

export interface SavepointModule {
  readonly name: string;
  readonly revision: number;
}

export interface SavepointType {
  readonly type: string;
  readonly entities: number;
}

export interface SavepointRecord {
  readonly id: string;
  readonly createdMs: number;
  readonly status: SavepointStatus;
  readonly origin: SavepointOrigin;
  readonly path: string;
  readonly epoch: number;
  readonly entities: number;
  readonly messages: number;
  readonly delayedMessages: number;
  readonly egressRecords: number;
  readonly sizeBytes: number;
  /** The sha256 of the file in hex; empty until the file is ready. */
  readonly checksum: string;
  readonly durationMs: number;
  readonly error: string | undefined;
  /** When values were last erased from the file. */
  readonly erasedMs?: number | undefined;
  /** The modules that were in force when it was taken; undefined when that is not known. */
  readonly modules?: readonly SavepointModule[] | undefined;
  /** The number of its entities by type, the largest first; undefined when they were not counted. */
  readonly types?: readonly SavepointType[] | undefined;
}

export interface SavepointCatalog {
  /** Lists the records, newest first. */
  list(): Promise<SavepointRecord[]>;
  find(id: string): Promise<SavepointRecord | undefined>;
  /** Adds the record or replaces the one with the same id. */
  put(record: SavepointRecord): Promise<void>;
  remove(id: string): Promise<boolean>;
}

export interface SecretRecord {
  readonly name: string;
  /** The sealed text as secrets/secret-cipher.ts writes it. */
  readonly sealed: string;
  readonly by: string;
  readonly changedMs: number;
}

export interface SecretCatalog {
  list(): Promise<SecretRecord[]>;
  put(record: SecretRecord): Promise<void>;
  remove(name: string): Promise<boolean>;
}

export interface PauseRecord {
  /** What is paused: `function:` and a type, `endpoint:` and its functions, or `entity:`, its type, a slash and its id. */
  readonly what: string;
  readonly by: string;
  readonly sinceMs: number;
  /** When the pause ends by itself; undefined when a person ends it. */
  readonly untilMs: number | undefined;
}

export interface PauseCatalog {
  list(): Promise<PauseRecord[]>;
  /** Adds the record or replaces the one with the same `what`. */
  put(record: PauseRecord): Promise<void>;
  remove(what: string): Promise<void>;
}

export interface SavedMessageRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly entityId: string;
  readonly valueType: string;
  readonly body: string;
  readonly createdMs: number;
}

export interface SavedFilterRecord {
  /** The owner as services/filters/ names it; empty where nobody signs in, and then everybody shares the filter. */
  readonly owner: string;
  /** What the filter is about (shared/filter/filter-subjects.ts). */
  readonly subject: string;
  readonly name: string;
  readonly text: string;
  readonly changedMs: number;
}

export interface FilterCatalog {
  /** Lists the filters, the one that was saved last first. */
  list(of: Pick<SavedFilterRecord, "owner" | "subject">): Promise<SavedFilterRecord[]>;
  /** Adds the filter or replaces the one with the same owner, subject and name. */
  put(record: SavedFilterRecord): Promise<void>;
  remove(one: Pick<SavedFilterRecord, "owner" | "subject" | "name">): Promise<void>;
}

export interface SavedMessageCatalog {
  /** Lists the messages, newest first. */
  list(): Promise<SavedMessageRecord[]>;
  put(record: SavedMessageRecord): Promise<void>;
  remove(id: string): Promise<boolean>;
}

export interface DescriptorSetRecord {
  readonly name: string;
  /** A serialised google.protobuf.FileDescriptorSet. */
  readonly bytes: Uint8Array;
  /** The full names of the message types inside. */
  readonly types: readonly string[];
  readonly createdMs: number;
}

export interface DescriptorSetCatalog {
  /** Lists the sets by name. */
  list(): Promise<DescriptorSetRecord[]>;
  put(record: DescriptorSetRecord): Promise<void>;
  remove(name: string): Promise<boolean>;
}

export interface NewAuditEntry {
  readonly atMs: number;
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly door: Door;
  /** The operation as the contract names it: `<noun>.<verb>`. */
  readonly operation: string;
  /** What the operation was done to: a module's name, a savepoint's id, an address. */
  readonly subject: string;
  /** The input as JSON, cut to a maximum length. */
  readonly input: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly outcome: AuditOutcome;
  /** The code of the problem that refused or ended the operation; null when it succeeded. */
  readonly problem: string | null;
}

export interface AuditEntry extends NewAuditEntry {
  /** Rises with every entry. */
  readonly sequence: number;
}

export interface AuditQuery {
  readonly limit: number;
  readonly below?: number | undefined;
  /** A text that must occur in the name, the operation or the subject. */
  readonly text?: string | undefined;
  readonly outcome?: AuditOutcome | undefined;
}

/** An entry as it is stored: it names the hash of the entry before it. */
export interface ChainedAuditEntry extends AuditEntry {
  readonly previous: string;
  /** The hash over this entry and the hash of the one before; empty in entries that are older than the chain. */
  readonly hash: string;
}

/** Asks for what one operation did to one thing in a span of time. */
export interface AuditSpan {
  readonly operation: string;
  readonly subject: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly limit: number;
}

export interface AuditCatalog {
  record(entry: NewAuditEntry): Promise<void>;
  /** Lists the entries of the span, newest first. */
  within(span: AuditSpan): Promise<AuditEntry[]>;
  /** Lists the entries, newest first. The catalog keeps the newest auditEntriesMax that are not older than auditAgeMsMax. */
  list(page: AuditQuery): Promise<AuditEntry[]>;
  /** Lists the chained entries, oldest first. */
  chain(page: { readonly limit: number; readonly above: number }): Promise<ChainedAuditEntry[]>;
}

export type CauseState = "open" | "resolved" | "ignored";

/** A cause of failures as it is remembered; contract/failures/failure-causes.ts says what each field means to people. */
export interface CauseRecord {
  readonly fingerprint: string;
  readonly code: string;
  readonly title: string;
  readonly message: string;
  readonly cure: string;
  readonly where: string;
  readonly frames: readonly string[];
  readonly raw: string | undefined;
  readonly endpoint: string;
  readonly state: CauseState;
  /** When ignoring the cause ends; undefined when it never ends. */
  readonly ignoredUntilMs: number | undefined;
  readonly by: string;
  readonly changedMs: number;
  readonly attempts: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly firstModule: string | undefined;
  readonly firstRevision: number | undefined;
  readonly sampleType: string;
  readonly sampleId: string;
  readonly trace: number | undefined;
  /** Attempts of the last day, by the number of their ten minutes since 1970. */
  readonly buckets: ReadonlyMap<number, number>;
}

export interface CauseCatalog {
  list(): Promise<CauseRecord[]>;
  put(record: CauseRecord): Promise<void>;
  remove(fingerprint: string): Promise<void>;
}

export interface AlertRuleRecord {
  readonly id: string;
  readonly name: string;
  readonly kind: "failure-opens" | "breaker-opens" | "invariant-violated" | "waiting-over" | "p99-over";
  readonly threshold: number | undefined;
  readonly url: string;
  /** The header as `Name: value`; undefined when there is none. */
  readonly header: string | undefined;
  readonly enabled: boolean;
  readonly by: string;
  readonly createdMs: number;
}

export interface AlertRuleCatalog {
  list(): Promise<AlertRuleRecord[]>;
  put(record: AlertRuleRecord): Promise<void>;
  remove(id: string): Promise<boolean>;
}

export interface InvariantRecord {
  readonly id: string;
  readonly name: string;
  readonly rule: InvariantRule;
  readonly by: string;
  readonly createdMs: number;
  /** How far the invariant was followed, as JSON (invariants/kept-standing.ts). */
  readonly standing: string | undefined;
}

export interface InvariantCatalog {
  list(): Promise<InvariantRecord[]>;
  put(record: InvariantRecord): Promise<void>;
  remove(id: string): Promise<void>;
}

export interface ErasureRecord extends Who {
  readonly id: string;
  readonly beganMs: number;
  readonly endedMs: number | undefined;
  readonly state: "running" | "done" | "failed";
  readonly reason: string;
  /** What the erasure needs to continue after a stop, as JSON; undefined once it ended. */
  readonly targets: string | undefined;
  /** What matched, how far it is, and the receipt, as JSON (services/erasures/erasure-standing.ts). */
  readonly standing: string;
}

export interface ErasureCatalog {
  /** Lists the erasures, newest first. */
  list(limit: number): Promise<ErasureRecord[]>;
  find(id: string): Promise<ErasureRecord | undefined>;
  /** Adds the record or replaces the one with the same id. */
  put(record: ErasureRecord): Promise<void>;
}

export interface Catalog {
  readonly provider: CatalogProvider;
  readonly modules: ModuleCatalog;
  readonly savepoints: SavepointCatalog;
  readonly savedMessages: SavedMessageCatalog;
  readonly savedFilters: FilterCatalog;
  readonly descriptorSets: DescriptorSetCatalog;
  readonly audit: AuditCatalog;
  readonly causes: CauseCatalog;
  readonly secrets: SecretCatalog;
  readonly pauses: PauseCatalog;
  readonly alertRules: AlertRuleCatalog;
  readonly invariants: InvariantCatalog;
  readonly erasures: ErasureCatalog;
  readonly identity: IdentityCatalog;
  /** Resolves when the database answers and rejects when it does not; used by GET /health. */
  ping(): Promise<void>;
  /** Since when the oldest call is under way; undefined when no call is. */
  oldestCallSinceMs(): number | undefined;
  close(): Promise<void>;
}

export type CatalogProvider = "sqlite" | "postgresql";

export interface CatalogOptions {
  /** file:<path> for SQLite, postgresql://… for PostgreSQL. */
  readonly databaseUrl: string;
  /** When there are more entries of the audit than this, the oldest are dropped. */
  readonly auditEntriesMax?: number | undefined;
  readonly auditAgeMsMax?: number | undefined;
  /** Present: no other gateway may work on the same catalog; what is lost of that later is told. */
  readonly alone?: { readonly warn: (message: string) => void; readonly waitMs?: number } | undefined;
  /** For how long a call asks again while another process holds the lock of a SQLite file. */
  readonly lockedMsMax?: number | undefined;
}
