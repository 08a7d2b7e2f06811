/**
 * StartProblem: why the gateway could not start, in three lines for the person at the terminal, and an exit code for its supervisor:
 * the codes of sysexits.h, so that a supervisor can retry what passes by itself and leave alone what needs a person (docs/decisions/0010).
 */
import { EngineError, StoreError, type DiskErrorCode } from "@signalbox/runtime";
import { diskFaultCode } from "@signalbox/engine";
import { BackupError } from "./backup/backup-error.ts";
import { CatalogError } from "./catalog/catalog-error.ts";
import { EnvironmentError } from "./env.ts";
import { ListenError } from "./listener/listen.ts";
import { GatewayError } from "./contract/problem.ts";

export interface StartProblem {
  readonly what: string;
  readonly where: string;
  readonly cure: string;
  readonly exitCode: number;
}

export const exitCodes = {
  unexpected: 1,
  /** What is on the disk is damaged or incomplete, and a restart does not help. */
  damaged: 65,
  /** The disk is full or read-only, the directory is locked, the port is taken, the database is away: a restart may help. */
  tryAgain: 75,
  /** A setting is wrong. */
  settings: 78,
} as const;

/** Prints the problem and ends the process. */
export function endStart({ what, where, cure, exitCode }: StartProblem): never {
  process.stderr.write(`${what}\n  where: ${where}\n  cure:  ${cure}\n`);
  process.exit(exitCode);
}

export function startProblem(error: unknown): StartProblem {
  if (error instanceof EnvironmentError)
    return { what: error.message, where: "environment variables", cure: "Correct them and start again.", exitCode: exitCodes.settings };
  if (error instanceof BackupError) return { what: error.message, where: error.place, cure: error.cure, exitCode: exitCodes.settings };
  if (error instanceof EngineError) {
    const where = error instanceof StoreError ? `${error.place} (${error.code})` : `engine (${error.code})`;
    return { what: error.message, where, cure: startCure(error), exitCode: engineExitCode(error) };
  }
  if (error instanceof CatalogError)
    return { what: error.detail, where: `catalog (${error.code})`, cure: error.cure, exitCode: catalogExitCode(error) };
  if (error instanceof GatewayError) return { what: error.message, where: error.where, cure: error.cure, exitCode: exitCodes.unexpected };
  return listenProblem(error) ?? diskProblem(error) ?? unexpected(error);
}

/** A gateway that runs goes on by itself when its disk does again, as the engine says; one that did not start has to be started. */
function startCure({ code, cure }: EngineError): string {
  switch (code) {
    case "DISK_FULL":
    case "DISK_READ_ONLY":
      return diskCures[code];
    case "STORE_FAILED":
      return cure.endsWith("by itself.") ? diskCures[code] : cure;
    default:
      return cure;
  }
}

const diskCures: Readonly<Record<DiskErrorCode, string>> = {
  DISK_FULL: "Free space on its disk or raise its quota, and start again.",
  DISK_READ_ONLY:
    "Make it writable for the gateway's user (remount it read-write, or correct its permissions), and start again. If the system turned " +
    "it read-only after an error, check the disk (fsck) first.",
  STORE_FAILED: "Check the disk and the system's log, and start again.",
};

function engineExitCode({ code }: EngineError): number {
  if (code === "DATA_CORRUPT") return exitCodes.damaged;
  return code === "DATA_IN_USE" || code === "DISK_FULL" || code === "DISK_READ_ONLY" || code === "STORE_FAILED"
    ? exitCodes.tryAgain
    : exitCodes.unexpected;
}

function catalogExitCode({ code }: CatalogError): number {
  switch (code) {
    case "DATABASE_DAMAGED":
    case "DATABASE_MISSING":
    case "MIGRATION_EDITED":
    case "MIGRATION_UNKNOWN":
    case "MIGRATION_FAILED":
      return exitCodes.damaged;
    case "DATABASE_URL_INVALID":
    case "DATABASE_FORBIDDEN":
      return exitCodes.settings;
    case "DATABASE_UNREACHABLE":
    case "DATABASE_FULL":
    case "DATABASE_READ_ONLY":
    case "DATABASE_FAILED":
    case "DATABASE_IN_USE":
    case "MIGRATION_LOCKED":
      return exitCodes.tryAgain;
  }
}

/** Makes a problem of what a folder or a file of the data directory refused; the system's own words name it. */
function diskProblem(error: unknown): StartProblem | undefined {
  const code = diskFaultCode(error);
  if (code === "STORE_FAILED") return undefined;
  return {
    what: error instanceof Error ? error.message : String(error),
    where: `data directory (${code})`,
    cure: diskCures[code],
    exitCode: exitCodes.tryAgain,
  };
}

function unexpected(error: unknown): StartProblem {
  return {
    what: error instanceof Error ? error.message : String(error),
    where: firstFrame(error),
    cure: "This is not an expected failure; report it with the lines above.",
    exitCode: exitCodes.unexpected,
  };
}

function listenProblem(error: unknown): StartProblem | undefined {
  if (!(error instanceof ListenError)) return undefined;
  const { fault, place, message, cure } = error;
  const where = fault === "no-such-address" ? "SIGNALBOX_HOST" : place.setting;
  return { what: message, where, cure, exitCode: fault === "taken" || fault === "other" ? exitCodes.tryAgain : exitCodes.settings };
}

function firstFrame(error: unknown): string {
  return error instanceof Error
    ? (error.stack
        ?.split("\n")
        .find((line) => line.trimStart().startsWith("at "))
        ?.trim() ?? "start")
    : "start";
}
