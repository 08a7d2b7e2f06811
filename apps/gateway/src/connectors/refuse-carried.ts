/**
 * refuseCarried: refuses fields that the gateway's connector knows and StateFun's own (in the job on Flink) does not. Each is reported at
 * its place, with a cure.
 */
import type { SpecReader } from "../shape/spec-reader.ts";
import type { ReadContext } from "./connector.ts";

export const useGateway = "or let the gateway do it: SIGNALBOX_FLINK_CONNECTORS=gateway";

export function refuseCarried(spec: SpecReader, names: readonly string[], { issues }: ReadContext): void {
  for (const name of names)
    if (spec.has(name))
      issues.error(
        spec.position(name),
        `\`${name}\` is the gateway's own, and on Flink StateFun's own connector does this, which does not know it: take it out, ${useGateway}.`,
      );
}
