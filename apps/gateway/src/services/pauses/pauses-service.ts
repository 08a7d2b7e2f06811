/** The verbs of pauses (contract/functions/pauses.ts says what each takes and gives). */
import { EngineError } from "@signalbox/runtime";
import type { PauseRow } from "../../contract/functions/pauses.ts";
import { GatewayError } from "../../contract/problem.ts";
import { pauseRows, pauseView } from "../../views/pause-rows.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { pausesMax } from "./pauses.ts";

type Parts = Pick<ServiceParts, "engine" | "pauses" | "entityPauses">;

export function pausesService({ engine, pauses, entityPauses }: Parts): ServiceOf<"pauses"> {
  return {
    list: () => [...pauseRows(engine), ...entityPauses.list()],

    async set(principal, { id, seconds }, call) {
      mustBeServed(engine, id);
      const before = pauses.find(id);
      if (before === undefined && pauses.count >= pausesMax)
        throw new GatewayError("TOO_MANY_PAUSES", {
          detail: `${pausesMax} function types and endpoints are paused already.`,
          where: "id",
          cure: "Resume some, or pause the endpoint that serves them.",
        });
      const nowMs = Date.now();
      const pause = {
        what: id,
        by: principal.name,
        sinceMs: before?.sinceMs ?? nowMs,
        untilMs: seconds === null ? undefined : nowMs + seconds * 1_000,
      };
      await pauses.put(pause);
      call.changed({ ...(before !== undefined && { before: wordsOf(before) }), after: wordsOf(pause) });
      const row = pauseRows(engine).find((one) => one.id === id);
      return row ?? ({ ...pauseView(pause), entity: null, inFlight: 0, waitingMessages: 0 } satisfies PauseRow);
    },

    async resume(_principal, { id }, call) {
      const before = pauses.find(id);
      const resumed = await pauses.remove(id);
      if (before !== undefined) call.changed({ before: wordsOf(before), after: "resumed" });
      return { resumed };
    },
  };
}

/** Refuses a name that nothing serves, because a misspelt one would pause nothing and nobody would notice. */
function mustBeServed(engine: Parts["engine"], id: string): void {
  const functions = id.slice(id.indexOf(":") + 1);
  const isThere = engine.endpoints().some(({ spec }) => `${spec.namespace}/${spec.name}` === functions);
  if (isThere || (id.startsWith("function:") && engine.functionTypes().some(({ type }) => type === functions))) return;
  throw new EngineError(
    "UNKNOWN_FUNCTION_TYPE",
    id.startsWith("endpoint:")
      ? `no endpoint is bound to ${functions}`
      : `no message for ${functions} has been seen, and no endpoint is bound to it by its exact name`,
    "GET /v1/functions lists the types, GET /v1/endpoints the endpoints.",
  );
}

function wordsOf({ by, untilMs }: { by: string; untilMs: number | undefined }): string {
  return `paused by ${by} ${untilMs === undefined ? "until resumed" : `until ${new Date(untilMs).toISOString()}`}`;
}
