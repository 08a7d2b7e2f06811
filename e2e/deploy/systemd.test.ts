/** The systemd unit, as systemd itself reads it, and its exit codes as the gateway gives them. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { exitCodes } from "../../apps/gateway/src/start-problem.ts";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { findProgram } from "../stack/find-program.ts";

const unit = readFileSync(join(repositoryRoot, "deploy/systemd/signalbox.service"), "utf8");
const analyze = findProgram("systemd-analyze", "SIGNALBOX_SYSTEMD_ANALYZE");

it.skipIf(analyze === undefined)(
  `systemd has nothing to say against the unit${analyze === undefined ? " (skipped: there is no systemd-analyze)" : ""}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-unit-"));
    try {
      // systemd checks that the program exists, which it does not before the tarball is unpacked.
      const path = join(folder, "signalbox.service");
      writeFileSync(
        path,
        unit
          .replace("/opt/signalbox/node_modules/.bin/node", process.execPath)
          .replaceAll("file:///opt/signalbox", `file://${repositoryRoot}`),
      );
      const said = execFileSync(analyze ?? "", ["verify", "--man=no", path], { stdio: "pipe" }).toString();
      expect(said.trim()).toBe("");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

it("the unit starts the installed gateway, and stays down after a failure that no restart mends", () => {
  const command = /^ExecStart=\S+ (?:--\S+ )*(\S+)$/m.exec(unit)?.[1] ?? "";
  expect(existsSync(join(repositoryRoot, command))).toBe(true);
  expect(unit).toContain(`RestartPreventExitStatus=${exitCodes.damaged} ${exitCodes.settings}\n`);
});
