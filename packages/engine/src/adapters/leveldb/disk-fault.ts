/**
 * Disk fault: which fault of the disk an error reports, whether the system, LevelDB (as text) or SQLite threw it, with its cure. "Full" and
 * "read-only" can end while the gateway runs, by themselves or by an operator; any other fault is STORE_FAILED.
 */
import { StoreError, type DiskErrorCode } from "@signalbox/runtime/model/engine-error";

const codes: Readonly<Record<string, DiskErrorCode>> = {
  ENOSPC: "DISK_FULL",
  EDQUOT: "DISK_FULL",
  EFBIG: "DISK_FULL",
  SQLITE_FULL: "DISK_FULL",
  EROFS: "DISK_READ_ONLY",
  EACCES: "DISK_READ_ONLY",
  EPERM: "DISK_READ_ONLY",
};

const words: readonly (readonly [RegExp, DiskErrorCode])[] = [
  [/no space left on device|disk quota exceeded|file too large|database or disk is full/i, "DISK_FULL"],
  [/read-only file system|permission denied|operation not permitted|readonly database/i, "DISK_READ_ONLY"],
];

const cures: Readonly<Record<DiskErrorCode, string>> = {
  DISK_FULL: "Free space on its disk or raise its quota; work then goes on by itself.",
  DISK_READ_ONLY:
    "Make it writable for the gateway's user (remount it read-write, or correct its permissions); work then goes on by itself. If the system " +
    "turned it read-only after an error: stop the gateway, check the disk (fsck), start.",
  STORE_FAILED: "Check the disk and the system's log; the gateway tries again by itself.",
};

export function diskFaultCode(error: unknown): DiskErrorCode {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("SQLITE_READONLY")) return "DISK_READ_ONLY";
  const known = codes[code];
  if (known !== undefined) return known;
  const text = error instanceof Error ? error.message : String(error);
  return words.find(([pattern]) => pattern.test(text))?.[1] ?? "STORE_FAILED";
}

/** `what` is the beginning of the message, as in "the store /data cannot write". */
export function diskFault(error: unknown, { what, place, cure }: { what: string; place: string; cure?: string }): StoreError {
  const code = diskFaultCode(error);
  const message = `${what}: ${error instanceof Error ? error.message : String(error)}`;
  return new StoreError(code, { message, place, cure: cure ?? cures[code] });
}
