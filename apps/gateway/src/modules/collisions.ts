/**
 * collisions: things that may exist once only and are declared twice: functions bound by two endpoints, egress and ingress ids,
 * ports. Used inside one module (parse-module.ts) and across modules (merge-modules.ts).
 */
import type { ParsedLimit, ParsedModule, Position } from "./parsed-module.ts";

export interface Collision {
  /** The module and place of the later one. */
  readonly module: string;
  readonly position: Position;
  readonly message: string;
  /** The module of the earlier one. */
  readonly first: string;
}

interface Claim {
  /** Two things with the same key are the same thing. */
  readonly key: string;
  readonly what: string;
  readonly module: string;
  readonly position: Position;
}

export function collisions(modules: readonly ParsedModule[]): Collision[] {
  const first = new Map<string, Claim>();
  const found: Collision[] = [];
  for (const claim of modules.flatMap(claimsOf)) {
    const earlier = first.get(claim.key);
    if (earlier === undefined) first.set(claim.key, claim);
    else found.push({ module: claim.module, position: claim.position, first: earlier.module, message: messageOf(claim, earlier) });
  }
  return found;
}

function messageOf(claim: Claim, earlier: Claim): string {
  const where =
    earlier.module === claim.module ? `at line ${earlier.position.line}` : `in module ${earlier.module} (line ${earlier.position.line})`;
  const mine = earlier.module === claim.module ? "" : ` in module ${claim.module}`;
  return `${claim.what}${mine} is already declared ${where}. Keep one of them.`;
}

function claimsOf({ name: module, endpoints, ingresses, egresses, limits, masks }: ParsedModule): Claim[] {
  return [
    ...endpoints.map(({ spec, position }) => ({ key: `endpoint ${spec.id}`, what: `An endpoint for ${spec.id}`, module, position })),
    ...[...ingresses, ...egresses].flatMap(({ claims }) => claims.map((claim) => ({ ...claim, module }))),
    ...limits.flatMap(limitClaims),
    // Masks of other modules add to these, so the key names the module.
    ...masks.map(({ covered, position }) => ({ key: `mask ${module} ${covered}`, what: `A mask of ${covered}`, module, position })),
  ];
}

/** Keys of one type take turns in one way. */
function limitClaims({ spec, position }: ParsedLimit): Claim[] {
  const { id, module, cover, key } = spec;
  const own = { key: `limit ${id}`, what: `The limit ${id}`, module, position };
  if (key.kind === "all" || cover.kind !== "functions") return [own];
  const functions = `${cover.namespace}/${cover.name}`;
  return [own, { key: `limit by key of ${functions}`, what: `A limit with \`per\` for ${functions}`, module, position }];
}
