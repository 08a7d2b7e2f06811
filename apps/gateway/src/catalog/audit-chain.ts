/**
 * AuditChain: the hash of each entry covers what the entry says and the hash of the entry before it, so an entry that was changed, removed
 * or inserted later no longer fits. The chain cannot show that the newest entries were cut off, or that somebody with the database's
 * password wrote all hashes anew. A reader who needs to know that keeps the newest hash elsewhere (docs/security.md).
 */
import { hash } from "node:crypto";
import type { ChainedAuditEntry, NewAuditEntry } from "./catalog.ts";

export function chainHash(previous: string, entry: NewAuditEntry): string {
  const { atMs, kind, name, door, operation, subject, input, before, after, outcome, problem } = entry;
  const told = [previous, atMs, kind, name, door, operation, subject, input, before, after, outcome, problem];
  return hash("sha256", JSON.stringify(told), "base64url");
}

export type ChainFault = "changed" | "missing-before";

/**
 * Returns what is wrong with an entry, given the one before it; undefined when nothing is. Entries that are older than the chain have no
 * hash and come first.
 */
export function chainFault(before: ChainedAuditEntry | undefined, entry: ChainedAuditEntry): ChainFault | undefined {
  if (entry.hash === "") return before === undefined || before.hash === "" ? undefined : "changed";
  if (chainHash(entry.previous, entry) !== entry.hash) return "changed";
  // The oldest entry that is kept names one that was dropped by its age, so there is nothing to compare it with.
  return before === undefined || entry.previous === before.hash ? undefined : "missing-before";
}
