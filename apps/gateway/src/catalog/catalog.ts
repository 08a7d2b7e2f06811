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
  /** 1, 2, 3 … for each name; a name that was removed and comes back goes on counting. */
  readonly revision: number;
  readonly yaml: string;
  readonly appliedMs: number;
  readonly origin: CatalogOrigin;
  /** Who put it in force, and by which door; undefined for revisions of before this was kept. */
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
  /** The newest revision of every module that is in force, by name. */
  list(): Promise<ModuleRevision[]>;
  /** The newest revision; undefined when the module is not in force. */
  find(name: string): Promise<ModuleRevision | undefined>;
  /** Newest first; also of a module that was removed. */
  revisions(name: string, page: { readonly limit: number; readonly below?: number | undefined }): Promise<ModuleRevision[]>;
  revision(name: string, revision: number): Promise<ModuleRevision | undefined>;
  /** Keeps the text as the next revision and puts it in force. */
  append(revision: NewModuleRevision): Promise<ModuleRevision>;
  /** Takes the module out of force; its revisions stay. False when it was not in force. */
  remove(name: string, removedMs: number): Promise<boolean>;
}

export type SavepointStatus = "taking" | "ready" | "failed";
/** upload: the file came from elsewhere; bootstrap: made of other data. */
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
  /** sha256 of the file in hex; empty text until it is ready. */
  readonly checksum: string;
  readonly durationMs: number;
  readonly error: string | undefined;
  /** When values were last taken out of the file. */
  readonly erasedMs?: number | undefined;
  /** In force when it was taken; undefined: not known. */
  readonly modules?: readonly SavepointModule[] | undefined;
  /** Its entities by type, the most first; undefined: not counted. */
  readonly types?: readonly SavepointType[] | undefined;
}

export interface SavepointCatalog {
  /** Newest first. */
  list(): Promise<SavepointRecord[]>;
  find(id: string): Promise<SavepointRecord | undefined>;
  /** Adds the record or replaces the one with the same id. */
  put(record: SavepointRecord): Promise<void>;
  remove(id: string): Promise<boolean>;
}

export interface SecretRecord {
  readonly name: string;
  /** As secrets/secret-cipher.ts writes it. */
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
  /** `function:` and a type, `endpoint:` and its functions, or `entity:`, its type, a slash and its id. */
  readonly what: string;
  readonly by: string;
  readonly sinceMs: number;
  /** It ends by itself then; undefined: a person ends it. */
  readonly untilMs: number | undefined;
}

export interface PauseCatalog {
  list(): Promise<PauseRecord[]>;
  /** Adds the record or replaces the one of the same. */
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
  /** Whose it is, as services/filters/ says it; empty: of all, where nobody signs in. */
  readonly owner: string;
  /** What it is about (shared/filter/filter-subjects.ts). */
  readonly subject: string;
  readonly name: string;
  readonly text: string;
  readonly changedMs: number;
}

export interface FilterCatalog {
  /** The one that was saved last first. */
  list(of: Pick<SavedFilterRecord, "owner" | "subject">): Promise<SavedFilterRecord[]>;
  /** In the place of the one with the same owner, subject and name. */
  put(record: SavedFilterRecord): Promise<void>;
  remove(one: Pick<SavedFilterRecord, "owner" | "subject" | "name">): Promise<void>;
}

export interface SavedMessageCatalog {
  /** Newest first. */
  list(): Promise<SavedMessageRecord[]>;
  put(record: SavedMessageRecord): Promise<void>;
  remove(id: string): Promise<boolean>;
}

export interface DescriptorSetRecord {
  readonly name: string;
  /** A serialised google.protobuf.FileDescriptorSet. */
  readonly bytes: Uint8Array;
  /** Full names of the message types inside. */
  readonly types: readonly string[];
  readonly createdMs: number;
}

export interface DescriptorSetCatalog {
  /** By name. */
  list(): Promise<DescriptorSetRecord[]>;
  put(record: DescriptorSetRecord): Promise<void>;
  remove(name: string): Promise<boolean>;
}

export interface NewAuditEntry {
  readonly atMs: number;
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly door: Door;
  /** `<noun>.<verb>` of the contract. */
  readonly operation: string;
  /** What it was done to: a module's name, a savepoint's id, an address. */
  readonly subject: string;
  /** The input as JSON, cut. */
  readonly input: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly outcome: AuditOutcome;
  /** The code of the problem that refused or ended it. */
  readonly problem: string | null;
}

export interface AuditEntry extends NewAuditEntry {
  /** Rises with every entry. */
  readonly sequence: number;
}

export interface AuditQuery {
  readonly limit: number;
  readonly below?: number | undefined;
  /** Part of the name, the operation or the subject. */
  readonly text?: string | undefined;
  readonly outcome?: AuditOutcome | undefined;
}

/** As it is kept: each names the hash of the one before it. */
export interface ChainedAuditEntry extends AuditEntry {
  readonly previous: string;
  /** The hash over this entry and the hash of the one before; empty in entries that are older than the chain. */
  readonly hash: string;
}

/** What was done to one thing, in a span of time. */
export interface AuditSpan {
  readonly operation: string;
  readonly subject: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly limit: number;
}

export interface AuditCatalog {
  record(entry: NewAuditEntry): Promise<void>;
  /** Newest first. */
  within(span: AuditSpan): Promise<AuditEntry[]>;
  /** Newest first. The catalog keeps the newest auditEntriesMax that are not older than auditAgeMsMax. */
  list(page: AuditQuery): Promise<AuditEntry[]>;
  /** Oldest first. */
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
  /** While it is ignored; undefined: for ever. */
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
  /** Attempts by the number of their ten minutes since 1970, of the last day. */
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
  /** `Name: value`; undefined: none. */
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
  /** How far it was followed, as JSON (invariants/kept-standing.ts). */
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
  /** What it takes to go on after a stop, as JSON; undefined once it ended. */
  readonly targets: string | undefined;
  /** What matched, how far it is, and the receipt, as JSON (services/erasures/erasure-standing.ts). */
  readonly standing: string;
}

export interface ErasureCatalog {
  /** Newest first. */
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
  /** Rejects when the database does not answer; for GET /health. */
  ping(): Promise<void>;
  /** Since when the oldest call is under way; undefined: none is. */
  oldestCallSinceMs(): number | undefined;
  close(): Promise<void>;
}

export type CatalogProvider = "sqlite" | "postgresql";

export interface CatalogOptions {
  /** file:<path> for SQLite, postgresql://… for PostgreSQL. */
  readonly databaseUrl: string;
  /** Entries of the audit beyond this are dropped, oldest first. */
  readonly auditEntriesMax?: number | undefined;
  readonly auditAgeMsMax?: number | undefined;
  /** For how long a call asks again while another process holds the lock of a SQLite file. */
  readonly lockedMsMax?: number | undefined;
}
