/**
 * HealthLog: writes a line when the engine's health changes, so that the log of a gateway that nobody watches says what was wrong, since
 * when, and when it was over. It asks once a second, because the engine's own events report only what ends it.
 */
import type { Engine, EngineHealth } from "@signalbox/runtime";

const askEveryMs = 1_000;

export function logHealth(engine: Pick<Engine, "status">, warn: (message: string) => void, signal: AbortSignal): void {
  let before = "running";
  const ask = (): void => {
    const { health } = engine.status();
    // A restore drains for a moment. Somebody asked for that, so its end is no recovery and gets no line.
    if (health.kind === "draining") return;
    const now = health.kind === "running" ? health.kind : `${health.kind} ${health.code}`;
    if (now === before) return;
    before = now;
    warn(lineOf(health));
  };
  const timer = setInterval(ask, askEveryMs);
  timer.unref();
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

function lineOf(health: Exclude<EngineHealth, { kind: "draining" }>): string {
  switch (health.kind) {
    case "running":
      return "the engine runs again";
    case "store-failed":
    case "cluster-failed":
    case "stopped": {
      const what = {
        stopped: "the engine has stopped",
        "store-failed": "nothing can be acknowledged",
        "cluster-failed": "functions do not run, what is sent waits",
      }[health.kind];
      return `${what} (${health.code}) since ${new Date(health.sinceMs).toISOString()}: ${health.message} (${health.place}). ${health.cure}`;
    }
  }
}
