/** The verbs of the runtime: what it says of itself. */
import { capabilityTexts, type Capability, type Runtime } from "@signalbox/runtime";
import type { CapabilityView } from "../../contract/runtime.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function runtimeService({ runtime }: Pick<ServiceParts, "runtime">): ServiceOf<"runtime"> {
  return {
    capabilities: () => ({
      name: runtime.name,
      capabilities: (Object.keys(capabilityTexts) as Capability[]).map((name) => capabilityView(runtime, name)),
    }),
  };
}

function capabilityView({ capabilities }: Pick<Runtime, "capabilities">, name: Capability): CapabilityView {
  const capable = capabilities[name];
  const { reason, cure } = capable.able ? { reason: "", cure: "" } : capable;
  return { name, text: capabilityTexts[name], able: capable.able, reason, cure };
}
