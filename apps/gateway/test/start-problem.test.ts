/** What a start that failed says is true of a start: nothing goes on by itself after the process has ended. */
import { StoreError, type DiskErrorCode } from "@signalbox/runtime";
import { expect, test } from "vitest";
import { exitCodes, startProblem } from "../src/start-problem.ts";

const faults: readonly (readonly [code: DiskErrorCode, cure: string])[] = [
  ["DISK_FULL", "Free space on its disk or raise its quota; work then goes on by itself."],
  ["DISK_READ_ONLY", "Make it writable; work then goes on by itself. If not: check the disk (fsck), start."],
  ["STORE_FAILED", "Check the disk and the system's log; the gateway tries again by itself."],
];

test.each(faults)("a store that a start finds %s says to start again", (code, cure) => {
  const { exitCode, where, cure: told } = startProblem(new StoreError(code, { message: "no", place: "/data/store-2", cure }));
  expect({ exitCode, where }).toEqual({ exitCode: exitCodes.tryAgain, where: `/data/store-2 (${code})` });
  expect(told).toContain("start again");
  expect(told).not.toContain("by itself");
});

test("a cure of its own stays", () => {
  const error = new StoreError("STORE_FAILED", { message: "no", place: "/data", cure: "Name a folder." });
  expect(startProblem(error).cure).toBe("Name a folder.");
});

test("a file of the data directory that cannot be written says so too", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, copyfile 'a' -> 'b'"), { code: "ENOSPC" });
  expect(startProblem(full)).toMatchObject({ exitCode: exitCodes.tryAgain, cure: expect.stringContaining("start again") });
});
