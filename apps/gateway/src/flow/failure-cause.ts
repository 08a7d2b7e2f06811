/**
 * FailureCause: what two failures have in common when one mend helps both. The function's own error counts by its type and its top frame
 * (function and file), not by its text and not by its line, so that a new revision of the function keeps it; an endpoint that is down
 * counts as such, for all types it serves; what has neither counts by its code, its type and its text without numbers, ids and quotes.
 */
import { createHash } from "node:crypto";
import type { Address, Failure } from "@signalbox/runtime";
import { ownErrorOf, type OwnError } from "./own-error.ts";

export interface FailureCause {
  readonly fingerprint: string;
  readonly code: string;
  /** The error's type, or the code. */
  readonly title: string;
  readonly message: string;
  readonly cure: string;
  /** A function type; of an endpoint that is down, its functions text. */
  readonly where: string;
  /** File, line and function of each, innermost first. */
  readonly frames: readonly string[];
}

type Failed = Pick<Failure, "code" | "scope" | "message" | "cure" | "raw">;

export function failureCause(failure: Failed, { address, endpoint }: { address: Address; endpoint: string }): FailureCause {
  const { code, cure } = failure;
  if (failure.scope === "down") {
    const title = code;
    return { fingerprint: endpointFingerprint(code, endpoint), code, title, message: failure.message, cure, where: endpoint, frames: [] };
  }
  const own = ownErrorOf(failure.raw ?? "") ?? ownErrorOf(failure.message);
  // A service that answers with a text alone says more than that it answered with a status.
  const said = failure.raw === undefined || failure.raw.trim() === "" ? failure.message : firstLine(failure.raw);
  const where = address.type;
  if (own === undefined)
    return { fingerprint: hashOf([code, where, normalised(said, address.id)]), code, title: code, message: said, cure, where, frames: [] };
  return {
    fingerprint: hashOf(["own", where, own.name, placeOf(own, address.id)]),
    code,
    title: own.name,
    message: own.message,
    cure,
    where,
    frames: own.frames.map(frameText),
  };
}

/** The cause of an endpoint whose breaker is open, whatever its functions answer. */
export function endpointFingerprint(code: string, endpoint: string): string {
  return hashOf([code, endpoint, "endpoint"]);
}

function placeOf({ frames, message }: OwnError, id: string): string {
  const [top] = frames;
  if (top === undefined) return normalised(message, id);
  return top.function === "" ? `${top.file}:${top.line}` : `${top.file} ${top.function}`;
}

function frameText(frame: OwnError["frames"][number]): string {
  return `${frame.file}:${frame.line}${frame.function === "" ? "" : ` in ${frame.function}`}`;
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] ?? "";
}

function hashOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/** Two messages that differ only in ids, numbers or quoted text are one cause. */
function normalised(message: string, id: string): string {
  const withoutId = id.length > 2 ? message.replaceAll(id, "<id>") : message;
  return withoutId
    .replaceAll(/"[^"]*"/g, '"…"')
    .replaceAll(/\b[0-9a-f]{8,}\b/gi, "#")
    .replaceAll(/\d+(\.\d+)?/g, "#");
}
