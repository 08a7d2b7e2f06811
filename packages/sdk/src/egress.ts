/**
 * egress(): a typed egress, so that a record is checked where it is made. It fits any kind of egress that accepts any value;
 * egress-kinds.ts has those of particular kinds. Neighbours: context.ts takes the records.
 */
import { typeNameParts } from "./address.ts";
import type { EgressRecord } from "./egress-record.ts";
import { leavingTypeOf, type Declared } from "./value-type.ts";

export interface Egress<Value> {
  /** `namespace/name`, as a module declares it. */
  readonly id: string;
  record(value: Value): EgressRecord;
}

/**
 * A typed egress. A schema's values travel as JSON under the egress's id.
 * @example
 * const receipts = egress("shop/receipts", z.object({ order: z.string(), cents: z.number().int() }));
 * ctx.egress(receipts, { order: "a-1", cents: 1250 });
 */
export function egress<Value>(id: string, declared: Declared<Value>): Egress<Value> {
  typeNameParts(id, "egress");
  const type = leavingTypeOf(declared, id);
  return { id, record: (value) => ({ typename: type.typename, bytes: type.encode(value) }) };
}
