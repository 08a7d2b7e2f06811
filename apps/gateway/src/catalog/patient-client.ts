/**
 * PatientClient: Prisma's client over SQLite, which repeats a call while another process holds the file's lock. SQLite itself waits in this
 * thread, so it waits only briefly, and the longer wait happens here, where the gateway answers everything else meanwhile. A transaction is
 * repeated as a whole: one that has read before it writes can never get the lock that another one waits for, and a refused one has changed
 * nothing.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { DatabaseClient } from "./database-client.ts";

/** For how long a call is repeated before its refusal is passed on. */
const lockedMsMaxDefault = 10_000;
const pauseMs = 50;
const errorDepthMax = 8;

type Call = (...parameters: unknown[]) => Promise<unknown>;

export function patientClient(client: DatabaseClient, lockedMsMax: number = lockedMsMaxDefault): DatabaseClient {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (name === "$transaction") return patient((member as Call).bind(target), lockedMsMax);
      // Names that begin with $ or _ are Prisma's own; the others are tables with their calls.
      if (typeof name === "symbol" || /^[$_]/.test(name) || typeof member !== "object" || member === null) return member;
      return patientTable(member, lockedMsMax);
    },
  });
}

function patientTable(table: object, lockedMsMax: number): object {
  return new Proxy(table, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? patient((member as Call).bind(target), lockedMsMax) : member;
    },
  });
}

function patient(call: Call, lockedMsMax: number): Call {
  return async (...parameters) => {
    for (let waitedMs = 0; ; waitedMs += pauseMs) {
      try {
        return await call(...parameters);
      } catch (error) {
        if (waitedMs >= lockedMsMax || !heldByAnother(error)) throw error;
      }
      await pause(pauseMs);
    }
  };
}

/** Returns whether another process held the file's lock. SQLite's code is below Prisma's own error, as its cause or among its details. */
export function heldByAnother(error: unknown, depth = 0): boolean {
  if (error === null || typeof error !== "object" || depth >= errorDepthMax) return false;
  const { originalCode, cause, meta } = error as { originalCode?: unknown; cause?: unknown; meta?: { driverAdapterError?: unknown } };
  if (typeof originalCode === "string") return originalCode.startsWith("SQLITE_BUSY");
  return heldByAnother(cause, depth + 1) || heldByAnother(meta?.driverAdapterError, depth + 1);
}
