/**
 * KeptStanding: how far an invariant was followed, as the catalog keeps it over a restart. A standing that cannot be read counts as none,
 * and the invariant starts anew.
 */
import { z } from "zod";
import { invariantViolation } from "../contract/entities/invariants.ts";

const exact = z.string().regex(/^-?\d+(\.\d{1,20})?$/u);

const keptFold = z.object({
  total: exact,
  expected: exact.nullable(),
  onTheWay: z.object({
    tokens: z.array(z.tuple([z.string(), z.string().regex(/^-?\d+$/u), z.number()]).readonly()).readonly(),
    targets: z.array(z.string()).readonly(),
  }),
  violated: z.object({ first: invariantViolation.nullable(), sinceMs: z.number() }).nullable(),
  failing: z.array(z.tuple([z.string(), invariantViolation.nullable()]).readonly()).readonly(),
});

const keptStanding = z.object({
  era: z.number(),
  /** The sequence from which the journal continues, by partition. */
  places: z.array(z.number()),
  fold: keptFold.nullable(),
  expected: exact.nullable(),
  sinceMs: z.number().nullable(),
  records: z.number(),
  earlier: invariantViolation.nullable(),
});
export type KeptStanding = z.output<typeof keptStanding>;

export function readStanding(text: string | undefined): KeptStanding | undefined {
  if (text === undefined) return undefined;
  try {
    return keptStanding.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
