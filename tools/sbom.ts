/**
 * `npm run sbom`: what this product is made of, as CycloneDX JSON, from the lock file alone (npm's own `npm sbom`): every package with
 * version, licence and the hash that npm compares on install. It is written to sbom.cdx.json, or to the file named as the only parameter.
 * Nobody could verify a component without a hash, so when there is one nothing is written.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { toldOptions } from "./told-options.ts";

export interface SbomComponent {
  readonly name: string;
  readonly version: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

export interface Sbom {
  readonly bomFormat: string;
  readonly components: readonly SbomComponent[];
}

const root = fileURLToPath(new URL("..", import.meta.url));
const outputBytesMax = 64 * 1024 * 1024;

/** `text` is what npm wrote. Throws when npm fails. */
export function makeSbom(): { readonly text: string; readonly sbom: Sbom } {
  const made = spawnSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: outputBytesMax,
  });
  if (made.status !== 0) throw new Error(`npm sbom failed (${made.error?.message ?? made.stderr.trim()})`);
  return { text: made.stdout, sbom: JSON.parse(made.stdout) as Sbom };
}

/** Lists the components that cannot be verified. Our own workspaces are sources, and bundled packages come inside one that has a hash. */
export function unverifiable(sbom: Sbom): string[] {
  return sbom.components
    .filter((component) => (component.hashes ?? []).length === 0 && !isOurs(component) && !isMarked(component, "bundled"))
    .map(({ name, version }) => `${name}@${version}`);
}

function isOurs(component: SbomComponent): boolean {
  return isMarked(component, "private") || component.name.startsWith("@signalbox/");
}

function isMarked({ properties = [] }: SbomComponent, mark: string): boolean {
  return properties.some(({ name, value }) => name === `cdx:npm:package:${mark}` && value === "true");
}

if (import.meta.main) {
  const { positionals } = toldOptions({
    command: "npm run sbom",
    about: "What this product is made of, as CycloneDX JSON.",
    options: {},
    says: {},
    words: "[file]",
  });
  const { text, sbom } = makeSbom();
  const unhashed = unverifiable(sbom);
  if (unhashed.length > 0) throw new Error(`these have no hash in package-lock.json: ${unhashed.join(", ")}`);
  const file = resolve(positionals[0] ?? "sbom.cdx.json");
  writeFileSync(file, text);
  console.log(`${sbom.components.length} components in ${file}`);
}
