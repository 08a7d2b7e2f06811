/**
 * wakeWith(): wakes an endpoint by asking its URL or running its command. Neighbours: wake-call.ts, wake-command.ts; sleepers.ts says when.
 */
import type { EndpointPlaces } from "@signalbox/runtime";
import type { ScaleToZero } from "./scale-to-zero.ts";
import { callWake } from "./wake-call.ts";
import { runWakeCommand } from "./wake-command.ts";

export interface WakeParts {
  readonly places: EndpointPlaces;
  /** Undefined when modules may name no command here. */
  readonly gatewayEnv: Readonly<Record<string, string | undefined>> | undefined;
}

/** Resolves with the reason why the wake was not accepted; undefined when it was. */
export function wakeWith({ places, gatewayEnv }: WakeParts) {
  return async (spec: ScaleToZero, signal: AbortSignal): Promise<string | undefined> => {
    const { wake } = spec;
    if (wake === undefined) return undefined;
    if (wake.kind === "url") return await callWake(spec, wake.url, { places, signal });
    return gatewayEnv === undefined ? "SIGNALBOX_PROCESSES is off" : await runWakeCommand(spec, wake.command, { gatewayEnv, signal });
  };
}
