/**
 * MessageCondition: the condition of a breakpoint in the filter language, compiled where its partition runs: the engine loads this module
 * by its URL (compose.ts names it), in each thread, with the first condition. Neighbours: shared/filter (the language), condition-basis.ts
 * (what goes with the text).
 * Guarantee: it decides by what people may see of a message, and a look takes bounded steps.
 */
import { DescriptorRegistry } from "@signalbox/proto";
import type { CompileCondition } from "@signalbox/runtime";
import { maskedMessage } from "../masking/masked-engine.ts";
import { Masks } from "../masking/masks.ts";
import { filterOf } from "../shared/filter/filter-of.ts";
import { createValueCodec } from "../values/value-codec.ts";
import { basisOf } from "./condition-basis.ts";
import { messageFields } from "./message-fields.ts";

/** This many steps of a filter count as one look at a message. */
const stepsOfLook = 1_000;

export const compileCondition: CompileCondition = (text, given) => {
  const basis = basisOf(given);
  const descriptors = new DescriptorRegistry();
  for (const { name, bytes } of basis.descriptorSets) descriptors.add(name, bytes);
  const masks = new Masks(descriptors);
  masks.table.set(basis.masks);
  const values = createValueCodec(descriptors);
  const filter = filterOf(text, "held");
  return {
    weight: Math.max(1, Math.ceil(filter.steps / stepsOfLook)),
    look: (message) => filter.look(messageFields(maskedMessage(message, masks), values)),
  };
};
