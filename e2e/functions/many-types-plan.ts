/** The plan of many-types.ts: which types there are and where a message goes next. Pure, so that tests know it too. */
export const namespaces = 10;
export const typesPerNamespace = 20;

export interface HopTarget {
  readonly namespace: string;
  readonly type: string;
  readonly id: string;
}

export function everyType(): string[] {
  return Array.from({ length: namespaces * typesPerNamespace }, (_, n) => `ns${n % namespaces}/type-${Math.floor(n / namespaces)}`);
}

/** Even hops stay in the namespace, odd ones leave it, so 200 types have about 400 edges. */
export function nextHop({ namespace, type, id }: HopTarget, hops: number): HopTarget {
  const at = Number(type.slice("type-".length));
  const space = Number(namespace.slice("ns".length));
  return hops % 2 === 0
    ? { namespace, type: `type-${(at + 1) % typesPerNamespace}`, id }
    : { namespace: `ns${(space + 1 + (at % 3)) % namespaces}`, type, id };
}

/** Declares one wildcard endpoint for each namespace. */
export function moduleYaml(url: string): string {
  return Array.from(
    { length: namespaces },
    (_, n) => `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: ns${n}/*\n  urlPathTemplate: ${url}\n`,
  ).join("---\n");
}
