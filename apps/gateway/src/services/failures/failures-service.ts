/** The verbs of failures. */
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { groupFailures } from "./group-failures.ts";

export function failuresService(parts: Pick<ServiceParts, "engine" | "values">): ServiceOf<"failures"> {
  return { groups: () => groupFailures(parts) };
}
