/**
 * CapabilityMissing: the refusal of a runtime that cannot do what it was asked for. It names capability, runtime, reason and cure; a
 * runtime never gives a lesser answer instead.
 */
import { capabilityTexts, type Capability } from "./capability.ts";
import { EngineError } from "./model/engine-error.ts";
import type { Runtime } from "./runtime.ts";

export class CapabilityMissing extends EngineError {
  readonly capability: Capability;
  readonly runtime: string;
  readonly reason: string;

  constructor({ name, capabilities }: Pick<Runtime, "name" | "capabilities">, capability: Capability) {
    const capable = capabilities[capability];
    const reason = capable.able ? "it says that it can and has no such facet" : capable.reason;
    const cure = capable.able ? "This is a fault of the runtime: tell its authors." : capable.cure;
    super("CAPABILITY_MISSING", `the runtime "${name}" cannot ${capabilityTexts[capability]}: ${reason}`, cure);
    this.name = "CapabilityMissing";
    this.capability = capability;
    this.runtime = name;
    this.reason = reason;
  }
}
