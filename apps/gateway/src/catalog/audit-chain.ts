/**
 * AuditChain: each entry's hash is over what it says and the hash of the entry before it, so that an entry that was changed, taken out or put in
 * later does not fit any more. What it cannot show is that the newest entries were cut off, or that somebody with the database's password wrote all
 * hashes anew: who needs that keeps the newest hash elsewhere (docs/security.md).
 */
import { hash } from "node:crypto";
import type { ChainedAuditEntry, NewAuditEntry } from "./catalog.ts";

export function chainHash(previous: string, entry: NewAuditEntry): string {
  const { atMs, kind, name, door, operation, subject, input, before, after, outcome, problem } = entry;
  const told = [previous, atMs, kind, name, door, operation, subject, input, before, after, outcome, problem];
  return hash("sha256", JSON.stringify(told), "base64url");
}

export type ChainFault = "changed" | "missing-before";

/** What is wrong with an entry that stands behind another; undefined: nothing. Entries of before the chain have no hash, and stand first. */
export function chainFault(before: ChainedAuditEntry | undefined, entry: ChainedAuditEntry): ChainFault | undefined {
  if (entry.hash === "") return before === undefined || before.hash === "" ? undefined : "changed";
  if (chainHash(entry.previous, entry) !== entry.hash) return "changed";
  // The oldest one that is kept names one that went by its age.
  return before === undefined || entry.previous === before.hash ? undefined : "missing-before";
}
