/**
 * Problem: the one shape of every refusal that leaves the gateway (RFC 9457 problem+json, and data.problem in tRPC), and the closed table
 * of its codes. The tables are exhaustive: a new code of the engine does not compile until it has a status here. docs/errors.md explains
 * each.
 * Neighbour: problem-of.ts makes a Problem of whatever was thrown.
 */
import type { EngineErrorCode } from "@signalbox/runtime";
import type { ModuleIssue } from "./module/module-issue.ts";

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly where: string;
  readonly cure: string;
  readonly retryAfterMs?: number;
  /** For INVALID_MODULE: every issue with its line and column. */
  readonly issues?: readonly ModuleIssue[];
}

export const gatewayProblems = {
  INVALID_REQUEST: { status: 400, title: "The request is not well-formed" },
  REQUEST_IN_CRUMBS: { status: 400, title: "The body comes in too many pieces" },
  INVALID_VALUE: { status: 400, title: "The value does not fit its type" },
  STATE_MOVED: { status: 409, title: "The value moved on since the edit began" },
  INVALID_MODULE: { status: 400, title: "The module is not valid" },
  INVALID_DESCRIPTORS: { status: 400, title: "The file is not a descriptor set" },
  WRONG_SIGNATURE: { status: 401, title: "The signature is not right" },
  NOT_ROUTABLE: { status: 422, title: "The request names no entity" },
  UNAUTHENTICATED: { status: 401, title: "Nobody is signed in" },
  LOGIN_FAILED: { status: 401, title: "Name and password do not fit together" },
  INVALID_CERTIFICATE: { status: 500, title: "The certificate cannot be used" },
  PROVIDER_REFUSED: { status: 403, title: "The identity provider vouches for nobody" },
  PROVIDER_UNREACHABLE: { status: 503, title: "The identity provider does not answer" },
  LOGIN_NOT_PRIVATE: { status: 403, title: "The connection is not encrypted" },
  TOO_MANY_ATTEMPTS: { status: 429, title: "Too many attempts to sign in" },
  LOGIN_BUSY: { status: 503, title: "Too many people sign in at once" },
  SETUP_LINK_USED: { status: 410, title: "The link is used up" },
  UNKNOWN_PERSON: { status: 404, title: "No such person" },
  CERTIFICATE_TAKEN: { status: 409, title: "A machine goes by this certificate already" },
  NAME_TAKEN: { status: 409, title: "The name is taken" },
  LAST_ADMIN: { status: 409, title: "Nobody else could manage people" },
  UNKNOWN_SESSION: { status: 404, title: "No such session" },
  SECRETS_LOCKED: { status: 409, title: "There is no key for secrets" },
  UNKNOWN_SECRET: { status: 404, title: "No such secret" },
  SECRET_IN_USE: { status: 409, title: "Modules name the secret" },
  TOO_MANY_SECRETS: { status: 409, title: "No more secrets are kept" },
  UNKNOWN_TOKEN: { status: 404, title: "No such token" },
  TOO_MANY_PEOPLE: { status: 409, title: "The catalog keeps no more of them" },
  FORBIDDEN: { status: 403, title: "Not allowed" },
  UNMASK_REASON_NEEDED: { status: 403, title: "It holds masked values, and no reason is given" },
  AUDIT_FAILED: { status: 503, title: "The audit does not take the entry" },
  FOREIGN_ORIGIN: { status: 403, title: "The request comes from another site" },
  FOREIGN_HOST: { status: 421, title: "The gateway does not answer to this name" },
  UNKNOWN_MODULE: { status: 404, title: "No such module" },
  MODULE_MOVED: { status: 409, title: "The module moved on since the edit began" },
  UNKNOWN_REVISION: { status: 404, title: "No such revision" },
  UNKNOWN_BACKUP: { status: 404, title: "No such backup" },
  UNKNOWN_SAVEPOINT: { status: 404, title: "No such savepoint" },
  UNKNOWN_CONNECTOR: { status: 404, title: "No such ingress or egress" },
  SEEK_FAILED: { status: 422, title: "The ingress could not be moved" },
  CALL_PARKED: { status: 424, title: "The called function fails, and its entity is parked" },
  UNKNOWN_ENDPOINT: { status: 404, title: "No such endpoint" },
  UNKNOWN_SCHEDULE: { status: 404, title: "No such schedule" },
  SCHEDULE_NOT_OPEN: { status: 503, title: "The schedule cannot be steered now" },
  TOO_MANY_PAUSES: { status: 409, title: "No more may be paused" },
  UNKNOWN_BREAKPOINT: { status: 404, title: "No such breakpoint" },
  UNKNOWN_CAUSE: { status: 404, title: "No such cause of failures" },
  UNKNOWN_ACT: { status: 404, title: "No such act" },
  BULK_ACTS_BUSY: { status: 409, title: "Too many acts run at once" },
  REPLAY_NOT_ALLOWED: { status: 409, title: "The functions may not be called for tries" },
  NOTHING_TO_REPRODUCE: { status: 409, title: "There is no failure to try again" },
  REPRODUCTIONS_BUSY: { status: 409, title: "Too many searches run at once" },
  UNKNOWN_REPRODUCTION: { status: 404, title: "Nobody has searched for a reproduction" },
  UNKNOWN_ALERT: { status: 404, title: "No such alert" },
  UNKNOWN_INVARIANT: { status: 404, title: "No such invariant" },
  UNKNOWN_TRACE: { status: 404, title: "No such trace" },
  UNKNOWN_ROUTE: { status: 404, title: "No such route" },
  METHOD_NOT_ALLOWED: { status: 405, title: "The route does not take this method" },
  UNKNOWN_ERASURE: { status: 404, title: "No such erasure" },
  DIFFERENCES_BUSY: { status: 503, title: "As many savepoints as may be are being compared" },
  SAVEPOINT_BUSY: { status: 409, title: "A savepoint is being taken or restored" },
  SAVEPOINT_NOT_READY: { status: 409, title: "The savepoint cannot be restored" },
  MOVE_BLOCKED: { status: 409, title: "Something stands in the way of the move" },
  MOVE_CANCELLED: { status: 409, title: "The move was cancelled" },
  MOVE_NOT_EQUAL: { status: 500, title: "The check after the move found a difference" },
  FLINK_SAVEPOINT_MISSING: { status: 404, title: "No Flink savepoint is there" },
  FLINK_SAVEPOINT_FOREIGN: { status: 422, title: "It is no savepoint of a StateFun job" },
  FLINK_SAVEPOINT_NATIVE: { status: 422, title: "The Flink savepoint is in a native format" },
  FLINK_SAVEPOINT_CUT: { status: 422, title: "The Flink savepoint is not whole" },
  FLINK_STATE_UNKNOWN: { status: 422, title: "The Flink savepoint holds what remote functions do not have" },
  FLINK_TOOL_MISSING: { status: 501, title: "Java or the jars of Flink are missing" },
  FLINK_TOOL_FAILED: { status: 500, title: "The savepoint tool ended before it was done" },
  BOOTSTRAP_REFUSED: { status: 422, title: "The bootstrap makes no savepoint" },
  BOOTSTRAP_FAILED: { status: 500, title: "The bootstrap ended before it was done" },
  SQL_REFUSED: { status: 400, title: "The query cannot be answered" },
  SQL_TOO_MUCH: { status: 422, title: "The query wants more time or memory than it may have" },
  SQL_BUSY: { status: 503, title: "As many queries as may be are being answered" },
  SQL_NOT_INSTALLED: { status: 501, title: "The SQL engine is not installed" },
  REQUEST_TOO_SLOW: { status: 408, title: "The request comes too slowly" },
  BODY_TOO_LARGE: { status: 413, title: "The body is too large" },
  ENCODING_NOT_SUPPORTED: { status: 415, title: "The body is compressed" },
  REQUESTS_TOO_LARGE: { status: 503, title: "The requests under way hold as much as they may" },
  COMPUTE_BUSY: { status: 503, title: "Too much waits to be checked" },
  COMPUTE_TOO_LONG: { status: 422, title: "Checking it takes too long" },
  ROLLUPS_UNAVAILABLE: { status: 503, title: "The kept numbers cannot be read now" },
  PORT_IN_USE: { status: 409, title: "A port that the module asks for cannot be opened" },
  TOO_MANY_STREAMS: { status: 503, title: "Too many live streams are open" },
  DEMO_FAILED: { status: 500, title: "The demo could not start" },
  INTERNAL: { status: 500, title: "The gateway failed" },
} as const;
export type GatewayProblemCode = keyof typeof gatewayProblems;

export const engineProblems: Record<EngineErrorCode, { status: number; title: string }> = {
  UNKNOWN_FUNCTION_TYPE: { status: 404, title: "No endpoint serves this function type" },
  TOO_MANY_TYPES: { status: 422, title: "No more function types may become known" },
  UNKNOWN_ENTITY: { status: 404, title: "No such entity" },
  UNKNOWN_CALL: { status: 404, title: "No such call" },
  OVERLOADED: { status: 429, title: "The engine holds as much as its limits allow" },
  ENTITY_BUSY: { status: 409, title: "The entity is busy" },
  ENTITY_NOT_PARKED: { status: 409, title: "The entity is not in a status that takes this action" },
  ENTITY_NOT_HELD: { status: 409, title: "No breakpoint holds the entity" },
  TOO_MANY_BREAKPOINTS: { status: 409, title: "No more breakpoints may be set" },
  MESSAGE_MOVED: { status: 409, title: "Another message is first by now" },
  MAILBOX_EMPTY: { status: 409, title: "The mailbox is empty" },
  MESSAGE_TOO_LARGE: { status: 413, title: "The message is too large" },
  UNKNOWN_STATE: { status: 404, title: "No such state value" },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: "The idempotency key stands for another message" },
  STATE_TYPE_MISMATCH: { status: 409, title: "The value has another type than the state" },
  STORE_FAILED: { status: 503, title: "The store cannot write" },
  DISK_FULL: { status: 503, title: "The disk is full" },
  DISK_READ_ONLY: { status: 503, title: "The disk is read-only" },
  ENGINE_STOPPED: { status: 503, title: "The engine is stopped" },
  ENGINE_DRAINING: { status: 503, title: "The engine is stopping" },
  ENGINE_RESTORING: { status: 503, title: "A savepoint is being restored" },
  SAVEPOINT_UNREADABLE: { status: 422, title: "The file is not a savepoint that can be read" },
  SAVEPOINT_FAILED: { status: 500, title: "The savepoint failed" },
  UNKNOWN_EGRESS: { status: 404, title: "No such egress" },
  INVALID_CURSOR: { status: 400, title: "The cursor does not belong to this list" },
  SEQUENCE_GAP: { status: 409, title: "The producer's sequence does not follow" },
  DATA_IN_USE: { status: 409, title: "Another process holds the data directory" },
  DATA_CORRUPT: { status: 500, title: "The data directory is damaged" },
  INVALID_ADDRESS: { status: 400, title: "The address is not valid" },
  CAPABILITY_MISSING: { status: 501, title: "The runtime cannot do this" },
  CLUSTER_UNREACHABLE: { status: 503, title: "The cluster does not answer" },
  CLUSTER_REFUSED: { status: 409, title: "The cluster refused it" },
  ENDPOINT_DEAD: { status: 409, title: "Nothing answers at the endpoint" },
};

export const catalogProblems = {
  DATABASE_URL_INVALID: { status: 500, title: "The catalog cannot be reached" },
  DATABASE_UNREACHABLE: { status: 503, title: "The catalog cannot be reached" },
  DATABASE_DAMAGED: { status: 500, title: "The catalog is damaged" },
  DATABASE_MISSING: { status: 500, title: "The catalog is missing" },
  DATABASE_FULL: { status: 503, title: "The disk of the catalog is full" },
  DATABASE_READ_ONLY: { status: 503, title: "The catalog is read-only" },
  DATABASE_FORBIDDEN: { status: 503, title: "The catalog's database refuses the gateway's role" },
  DATABASE_FAILED: { status: 503, title: "The catalog refused" },
  DATABASE_IN_USE: { status: 503, title: "Another gateway works on the catalog" },
  MIGRATION_EDITED: { status: 500, title: "The catalog has another history" },
  MIGRATION_UNKNOWN: { status: 500, title: "The catalog has another history" },
  MIGRATION_FAILED: { status: 500, title: "The catalog could not be brought up to date" },
  MIGRATION_LOCKED: { status: 503, title: "The catalog is held by another process" },
} as const;
export type CatalogErrorCode = keyof typeof catalogProblems;

export type ProblemCode = GatewayProblemCode | EngineErrorCode | CatalogErrorCode;

export interface RefusalParts {
  readonly detail: string;
  /** The part of the request that is wrong. */
  readonly where?: string;
  readonly cure: string;
  readonly issues?: readonly ModuleIssue[];
  readonly retryAfterMs?: number;
  /** Set when the audit must not record it, because a caller who is refused in masses would fill the audit. */
  readonly unaudited?: boolean;
  /** The cause, which only the log gets. */
  readonly cause?: unknown;
}

/** An expected refusal of any floor: `code` is stable, `detail` says what happened and `cure` what to do. */
export abstract class Refusal extends Error {
  abstract readonly code: GatewayProblemCode | CatalogErrorCode;
  readonly detail: string;
  readonly where: string;
  readonly cure: string;
  readonly issues: readonly ModuleIssue[];
  readonly retryAfterMs: number | undefined;
  readonly unaudited: boolean;

  constructor(message: string, { detail, where = "", cure, issues = [], retryAfterMs, unaudited = false, cause }: RefusalParts) {
    super(message, cause === undefined ? undefined : { cause });
    this.detail = detail;
    this.where = where;
    this.cure = cure;
    this.issues = issues;
    this.retryAfterMs = retryAfterMs;
    this.unaudited = unaudited;
  }
}

/** A refusal of the gateway itself. */
export class GatewayError extends Refusal {
  readonly code: GatewayProblemCode;

  constructor(code: GatewayProblemCode, parts: RefusalParts) {
    super(parts.detail, parts);
    this.name = "GatewayError";
    this.code = code;
  }
}
