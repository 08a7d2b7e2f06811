/**
 * AccessTable: which role may do which operation, as the authorizer decides, for docs/security.md: `npm run api` writes it there,
 * docs.test.ts checks it, and access-matrix.test.ts of the gateway calls every operation as every role.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contract } from "../apps/gateway/src/contract/contract.ts";
import { fixedRoutes } from "../apps/gateway/src/contract/fixed-routes.ts";
import { ingestion } from "../apps/gateway/src/contract/ingestion.ts";
import type { Access, Operation, Scope } from "../apps/gateway/src/contract/operation.ts";
import { anonymous, type Principal } from "../apps/gateway/src/contract/principal.ts";
import { roles, type Rights, type Role } from "../apps/gateway/src/contract/roles.ts";
import { authorizer } from "../apps/gateway/src/identity/authorizer.ts";
import { repositoryRoot } from "./stale-step.ts";

export interface AccessRow {
  /** The operation as `<noun>.<verb>`. */
  readonly name: string;
  readonly summary: string;
  readonly access: Access;
  readonly scope: Scope;
}

export const askers = ["none", ...roles] as const;
export type Asker = (typeof askers)[number];

export function accessRows(): AccessRow[] {
  const operations = Object.entries(contract).flatMap(([noun, verbs]) =>
    Object.entries(verbs).map(([verb, operation]: [string, Operation]) => ({ name: `${noun}.${verb}`, ...operation })),
  );
  const ways = Object.entries(ingestion).map(([name, way]) => ({ name, ...way, scope: { namespaceOf: "type" } as const }));
  const fixed = Object.entries(fixedRoutes).map(([name, route]) => ({ name, ...route }));
  return [...operations, ...ways, ...fixed].map(({ name, summary, access, scope }) => ({ name, summary, access, scope }));
}

/** Makes a principal who holds a role in one namespace, or in all with `everywhere`. */
export function principalWith(asker: Asker, namespace: string): Principal {
  return asker === "none" ? anonymous("http") : { kind: "token", name: asker, door: "http", rights: rightsOf(asker, namespace) };
}

function rightsOf(role: Role, namespace: string): Rights {
  return { kind: "grants", grants: [{ role, namespace }] };
}

export function mayDo({ name, access, scope }: AccessRow, principal: Principal, namespace: string): boolean {
  const input = typeof scope === "string" ? undefined : { [scope.namespaceOf]: `${namespace}/cart` };
  return authorizer.decide(principal, { name, operation: { access, scope }, input }).kind === "allow";
}

export function accessTable(): string {
  const head = ["| operation | what it does | touches | none | viewer | sender | operator | admin |", "|---|---|---|---|---|---|---|---|"];
  const rows = accessRows().map((row) => {
    const cells = askers.map((asker) => (mayDo(row, principalWith(asker, "*"), "shop") ? "yes" : "–"));
    const touches =
      row.access === "open" || row.access === "self"
        ? "one's own"
        : row.scope === "gateway"
          ? "the gateway"
          : row.scope === "namespaces"
            ? "one's namespaces"
            : `the namespace of \`${row.scope.namespaceOf}\``;
    return `| \`${row.name}\` | ${row.summary} | ${touches} | ${cells.join(" | ")} |`;
  });
  return [...head, ...rows, ""].join("\n");
}

export function writeAccessTable(): void {
  const path = join(repositoryRoot, "docs/security.md");
  const text = readFileSync(path, "utf8");
  const begin = text.indexOf("| operation | what it does |");
  const end = text.indexOf("\n\n", begin);
  writeFileSync(path, `${text.slice(0, begin)}${accessTable().trim()}${text.slice(end)}`);
}

if (import.meta.main) writeAccessTable();
