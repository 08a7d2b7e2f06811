/**
 * `npm run audit`: asks the registry for known weaknesses of what the lock file names. Registries that mirror packages often do not answer
 * this question; then it says that nothing was checked, which is not the same as nothing found. Exit code 0: asked, none found; 1: found;
 * 2: not asked.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { toldOptions } from "./told-options.ts";

export type AuditOutcome =
  | { readonly kind: "clean"; readonly packages: number }
  | { readonly kind: "found"; readonly lines: readonly string[] }
  | { readonly kind: "not-asked"; readonly reason: string };

interface AuditReport {
  readonly error?: { readonly summary?: string; readonly code?: string };
  readonly message?: string;
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
  readonly metadata?: { readonly dependencies?: { readonly total?: number } };
}

const reportBytesMax = 64 * 1024 * 1024;

/** Reads what `npm audit --json` wrote. */
export function auditOutcome(text: string): AuditOutcome {
  let report: AuditReport;
  try {
    report = JSON.parse(text) as AuditReport;
  } catch {
    return { kind: "not-asked", reason: "npm audit gave no report" };
  }
  const { vulnerabilities } = report;
  if (vulnerabilities === undefined) return { kind: "not-asked", reason: report.message ?? report.error?.summary ?? "no report" };
  const lines = Object.entries(vulnerabilities).map(([name, { severity, range }]) => `${severity}: ${name} ${range}`);
  return lines.length > 0 ? { kind: "found", lines } : { kind: "clean", packages: report.metadata?.dependencies?.total ?? 0 };
}

if (import.meta.main) {
  toldOptions({
    command: "npm run audit",
    about: "Asks the registry for known weaknesses of what the lock file names.",
    options: {},
    says: {},
  });
  const asked = spawnSync("npm", ["audit", "--json", "--package-lock-only"], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    encoding: "utf8",
    maxBuffer: reportBytesMax,
  });
  const outcome = auditOutcome(asked.stdout ?? "");
  switch (outcome.kind) {
    case "clean":
      console.log(`asked for ${outcome.packages} packages: no known weakness`);
      break;
    case "found":
      for (const line of outcome.lines) console.log(line);
      process.exitCode = 1;
      break;
    case "not-asked":
      console.log(`NOT AUDITED: the registry does not answer npm audit (${outcome.reason}). Ask again with one that does.`);
      process.exitCode = 2;
      break;
  }
}
