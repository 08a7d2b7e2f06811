/**
 * PauseRows: what people paused, as the contract shows it. A pause is a limit that the engine does not count, so the limits of modules are
 * shown without pauses.
 */
import { limitCovers, type Engine, type LimitPause, type LimitView } from "@signalbox/runtime";
import type { PauseRow, PauseView } from "../contract/functions/pauses.ts";

export function pauseRows(engine: Pick<Engine, "limits">): PauseRow[] {
  return engine
    .limits()
    .flatMap(({ spec: { pause }, inFlight, waitingMessages }) =>
      pause === undefined ? [] : [{ ...pauseView(pause), entity: null, inFlight, waitingMessages: Math.max(0, waitingMessages) }],
    )
    .toSorted((one, other) => one.sinceMs - other.sinceMs || (one.id < other.id ? -1 : 1));
}

/** When a type is paused by itself and with its endpoint, the pause that ends later is shown. */
export function pauseOf(engine: Pick<Engine, "limits">): (type: string) => PauseView | null {
  const paused = engine.limits().filter(({ spec }) => spec.pause !== undefined);
  return (type) => {
    const over = paused.flatMap(({ spec }) => (spec.pause !== undefined && limitCovers(spec, type) ? [pauseView(spec.pause)] : []));
    return over.toSorted((one, other) => (other.untilMs ?? Infinity) - (one.untilMs ?? Infinity))[0] ?? null;
  };
}

export function pauseView({ what, by, sinceMs, untilMs }: LimitPause): PauseView {
  const colon = what.indexOf(":");
  return {
    id: what,
    kind: what.startsWith("endpoint:") ? "endpoint" : "function",
    functions: what.slice(colon + 1),
    by,
    sinceMs,
    untilMs: untilMs ?? null,
  };
}

export function limitsOfModules(engine: Pick<Engine, "limits">): LimitView[] {
  return engine.limits().filter(({ spec }) => spec.pause === undefined);
}
