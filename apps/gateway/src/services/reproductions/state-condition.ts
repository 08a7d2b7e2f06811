/**
 * StateCondition: what a person looks for in the state of an entity instead of a failure ("state.total < 0"), in the filter language,
 * evaluated on what people may see of the state. Neighbours: replay-fork.ts asks after each message, shared/filter has the language.
 */
import type { Address } from "@signalbox/runtime";
import { filterValue } from "../../flow/row-fields.ts";
import type { Masks } from "../../masking/masks.ts";
import { filterOf } from "../../shared/filter/filter-of.ts";
import { documentOf } from "../../shared/filter/filter-values.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import type { StateValue } from "./replay-fork.ts";

export interface StateCondition {
  readonly text: string;
  /** False also when the condition cannot be evaluated. */
  holds(address: Address, state: readonly StateValue[]): boolean;
}

export function stateCondition(text: string, { values, masks }: { values: ValueCodec; masks: Masks }): StateCondition {
  const filter = filterOf(text, "state");
  return {
    text,
    holds({ type, id }, state) {
      const shown = () =>
        documentOf(state.map(({ name, value }) => [name, filterValue(masks.typed(value, masks.table.state(type, name)), values)] as const));
      return filter.look((field) => (field === "id" ? id : shown())).kind === "fits";
    },
  };
}
