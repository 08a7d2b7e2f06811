/**
 * AuditTrail: keeps in the catalog who changed what, by which door, and with what outcome. An operation waits a bounded time for its entry
 * and never fails because of it: an entry that the catalog does not take is logged and counted (signalbox_audit_entries_lost). Neighbours:
 * guarded.ts writes, audit-service.ts reads. Messages are not in the audit, because the journal has them.
 */
import type { AuditCatalog, NewAuditEntry } from "../../catalog/catalog.ts";
import type { AuditOutcome } from "../../contract/people/audit.ts";
import type { Operation } from "../../contract/operation.ts";
import type { Principal } from "../../contract/principal.ts";
import type { Change } from "../verb.ts";

/** How long an operation waits for its entry; the catalog may still write it later. */
const waitMsMax = 2_000;
/** With this many entries under way the catalog does not answer, so further ones are lost at once. */
const entriesUnderWayMax = 256;
const textCharactersMax = 256;
const inputCharactersMax = 2_000;
const listItemsMax = 50;

export interface AuditTrail {
  /** Resolves once the entry is kept, given up, or waited for long enough, with whether it is known to be kept. Never rejects. */
  write(entry: NewAuditEntry): Promise<boolean>;
  /** How many entries were lost since the start. */
  lostEntries(): number;
}

export interface AuditTrailOptions {
  readonly catalog: Pick<AuditCatalog, "record">;
  readonly warn: (message: string) => void;
}

export function createAuditTrail({ catalog, warn }: AuditTrailOptions): AuditTrail {
  let underWay = 0;
  let lost = 0;
  const lose = ({ operation, subject, name, door }: NewAuditEntry, why: string): void => {
    lost += 1;
    warn(`the audit has no entry for ${operation} ${subject} by ${name} (${door}): ${why}`);
  };
  return {
    lostEntries: () => lost,
    async write(entry) {
      if (underWay >= entriesUnderWayMax) {
        lose(entry, `${entriesUnderWayMax} entries wait for the catalog already`);
        return false;
      }
      underWay += 1;
      const kept = catalog
        .record(entry)
        .then(
          () => true,
          (error: unknown) => {
            lose(entry, error instanceof Error ? error.message : String(error));
            return false;
          },
        )
        .finally(() => {
          underWay -= 1;
        });
      return inTime(kept);
    },
  };
}

async function inTime(work: Promise<boolean>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), waitMsMax);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

export interface Audited {
  readonly name: string;
  readonly operation: Operation;
  readonly principal: Principal;
  readonly input: unknown;
  readonly outcome: AuditOutcome;
  readonly change?: Change;
  readonly problem?: string;
}

export function auditEntry({ name, operation, principal, input, outcome, change = {}, problem }: Audited): NewAuditEntry {
  return {
    atMs: Date.now(),
    kind: principal.kind,
    name: principal.name,
    door: principal.door,
    operation: name,
    subject: subjectOf(operation, input),
    input: inputText(operation, input),
    before: change.before ?? null,
    after: change.after ?? null,
    outcome,
    problem: problem ?? null,
  };
}

/** The subject of an entry: what the operation was done to. */
export function subjectOf({ subject = [] }: Pick<Operation, "subject">, input: unknown): string {
  const fields = fieldsOf(input);
  return cut(
    subject
      .map((field) => fields[field])
      .filter((value) => value !== null && value !== undefined && value !== "")
      .map(String)
      .join("/"),
    textCharactersMax,
  );
}

/**
 * The input as JSON. Large parts and values of entities are reduced to their size, because the journal or the module's revision has them.
 */
function inputText({ large = [], secret = [] }: Operation, input: unknown): string {
  const fields = Object.entries(fieldsOf(input)).filter(([field]) => !secret.includes(field));
  const told = fields.map(([field, value]) => [field, large.includes(field) ? sizeOf(value) : shortened(value)]);
  return told.length === 0 ? "" : cut(JSON.stringify(Object.fromEntries(told)), inputCharactersMax);
}

function fieldsOf(input: unknown): Record<string, unknown> {
  return typeof input === "object" && input !== null ? { ...input } : {};
}

function shortened(value: unknown): unknown {
  if (typeof value === "string") return cut(value, textCharactersMax);
  if (Array.isArray(value)) return value.slice(0, listItemsMax).map(shortened);
  return value;
}

function sizeOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `(${text.length} characters)`;
}

function cut(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax)}…`.toWellFormed();
}
