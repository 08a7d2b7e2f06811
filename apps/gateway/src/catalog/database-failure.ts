/**
 * DatabaseFailure: turns what the catalog's database refused into a CatalogError. Full and read-only disks have codes of their own, as in
 * the engine; a SQLite file that is no longer one is told apart from a database that does not answer.
 */
import type { DiskErrorCode } from "@signalbox/runtime";
import { diskFaultCode } from "@signalbox/engine";
import type { CallWatch } from "./call-watch.ts";
import { GatewayError } from "../contract/problem.ts";
import { CatalogError } from "./catalog-error.ts";
import type { DatabaseTarget } from "./database-url.ts";
import { heldByAnother } from "./patient-client.ts";

const damaged = /malformed|not a database|SQLITE_CORRUPT|SQLITE_NOTADB|disk image/i;

export function placeOf(target: DatabaseTarget): string {
  return target.kind === "sqlite" ? target.path : target.place;
}

export function databaseFailure(target: DatabaseTarget, error: unknown): CatalogError {
  if (error instanceof CatalogError) return error;
  const place = placeOf(target);
  const reason = reasonOf(error);
  if (target.kind === "sqlite" && damaged.test(reason)) return damagedDatabase(place, reason, error);
  if (target.kind === "sqlite" && heldByAnother(error)) {
    return new CatalogError("DATABASE_FAILED", {
      message: `The catalog ${place} stayed locked by another process. Nothing was changed.`,
      cure: "End what holds the file (a copy being made, a tool that has it open) and do it again.",
      cause: error,
    });
  }
  if (target.kind === "postgresql" && missingRights.has(sqlStateOf(error) ?? "")) {
    return new CatalogError("DATABASE_FORBIDDEN", {
      message: `The catalog ${place} refused what the gateway's role may not do: ${reason}.`,
      cure: `Give the role what it lacks: GRANT USAGE, CREATE ON SCHEMA "${target.schema}" TO <role>, and all rights on the tables in it.`,
      cause: error,
    });
  }
  switch (faultOf(target, error)) {
    case "DISK_FULL":
      return new CatalogError("DATABASE_FULL", {
        message: `The catalog ${place} cannot be written: its disk is full (${reason}). Nothing was changed.`,
        cure: "Free space on that disk and do it again.",
        cause: error,
      });
    case "DISK_READ_ONLY":
      return new CatalogError("DATABASE_READ_ONLY", {
        message: `The catalog ${place} cannot be written: it is read-only (${reason}). Nothing was changed.`,
        cure: "Make the disk and the file writable for the gateway's user and do it again.",
        cause: error,
      });
    case "STORE_FAILED":
      return new CatalogError("DATABASE_FAILED", {
        message: `The catalog ${place} refused: ${reason}.`,
        cure: "Check its database and disk, and do it again.",
        cause: error,
      });
  }
}

/** PostgreSQL says this of a text with U+0000, which it cannot store, so nothing stored can have such a name. */
const unkeptText = /invalid byte sequence for encoding "UTF8": 0x00/;

function refusedText(target: DatabaseTarget, error: unknown): GatewayError | undefined {
  if (target.kind !== "postgresql" || !unkeptText.test(reasonOf(error))) return undefined;
  return new GatewayError("INVALID_REQUEST", {
    detail: "A text holds a character that the catalog's database cannot keep (U+0000).",
    where: "text",
    cure: "Send it without.",
  });
}

/** SQLSTATEs of missing rights. Without USAGE PostgreSQL says that a schema does not exist, so 3F000 is one of them. */
const missingRights = new Set(["42501", "3F000"]);
const serverFaults: Readonly<Record<string, DiskErrorCode>> = { "53100": "DISK_FULL", "25006": "DISK_READ_ONLY" };

/** Returns the fault of the disk, if it is one. A server's words about rights ("permission denied for …") say nothing about the disk. */
function faultOf(target: DatabaseTarget, error: unknown): DiskErrorCode {
  if (target.kind === "sqlite") return diskFaultCode(deepest(error));
  return serverFaults[sqlStateOf(error) ?? ""] ?? "STORE_FAILED";
}

/** Returns the five-character SQLSTATE that PostgreSQL gives with an error; Prisma passes it on as originalCode. */
function sqlStateOf(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at !== null && typeof at === "object" && depth < 8; depth++) {
    const { code, originalCode, cause } = at as { code?: unknown; originalCode?: unknown; cause?: unknown };
    for (const one of [originalCode, code]) if (typeof one === "string" && /^[0-9A-Z]{5}$/.test(one) && !/^P\d{4}$/.test(one)) return one;
    at = cause;
  }
  return undefined;
}

export function damagedDatabase(place: string, reason: string, cause?: unknown): CatalogError {
  return new CatalogError("DATABASE_DAMAGED", {
    message: `The catalog ${place} is damaged: ${reason}.`,
    cure: `Put the file back from a copy. Or move it aside, make an empty file in its place (touch ${place}), start, and apply the modules again: it holds modules, savepoint records and saved messages, no entity state.`,
    cause,
  });
}

/** Returns the driver's text, because Prisma wraps it in an error that says less. */
function reasonOf(error: unknown): string {
  const at = deepest(error);
  if (at instanceof AggregateError && at.message === "") return at.errors.map(reasonOf).join("; ");
  const text = at instanceof Error ? at.message : String(at);
  const wrapped = /Database error\. Code: `[^`]*`\. Message: `(.*)`/.exec(text)?.[1];
  return wrapped ?? (text.trim().split("\n").at(-1) ?? text).replace(/\.$/, "");
}

function deepest(error: unknown): unknown {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  return at;
}

/** Returns the same object, except that its methods reject with nothing but CatalogError. */
export function refusingAsCatalog<T extends object>(target: DatabaseTarget, part: T, calls: CallWatch): T {
  return new Proxy(part, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name);
      if (typeof member !== "function") return member;
      return async (...parameters: unknown[]): Promise<unknown> => {
        try {
          return await calls.watch(async () => await Reflect.apply(member, object, parameters));
        } catch (error) {
          throw refusedText(target, error) ?? databaseFailure(target, error);
        }
      };
    },
  });
}
