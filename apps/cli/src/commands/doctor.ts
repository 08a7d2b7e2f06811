/**
 * doctor: finds what is wrong, one line a check: Node, the gateway, its clock against ours, its disk and store, connectors, processes,
 * limits, pauses, endpoints, catalog and telemetry. The exit code is 1 when a check fails. Neighbour: doctor-here.ts.
 */
import type { Command } from "commander";
import type { GatewayClient } from "../call-gateway.ts";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../exit-codes.ts";
import { TlsRefusal } from "../tls-refusal.ts";
import { diskFinding, diskHere, isHere, portsHere, type DiskFigures, type Finding } from "./doctor-here.ts";

const clockStepMsMax = 5_000;

export function addDoctor(program: Command, context: CommandContext): void {
  const doctor = program
    .command("doctor")
    .description("What stands in the way: Node, disk, ports, gateway, clock, store, connectors, limits, pauses, endpoints");
  doctor.action(async () => {
    const findings = await examine(context.client(doctor), { nowMs: Date.now(), environment: context.io.environment });
    if (doctor.optsWithGlobals<{ json?: boolean }>().json === true) context.io.out(`${JSON.stringify({ findings })}\n`);
    else
      for (const { check, isWell, found, cure } of findings)
        context.io.out(`${isWell ? "well " : "ILL  "}${check.padEnd(10)} ${found}${isWell || cure === "" ? "" : `\n     ${cure}`}\n`);
    const ill = findings.filter(({ isWell }) => !isWell);
    if (ill.length > 0) throw new CliError("failed", `${ill.length} of ${findings.length} checks are not well`);
  });
}

interface Place {
  readonly nowMs: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

async function examine(client: GatewayClient, { nowMs, environment }: Place): Promise<Finding[]> {
  const major = Number(process.versions.node.split(".")[0]);
  const node = { check: "node", isWell: major >= 22, found: `Node ${process.versions.node}`, cure: "Install Node 22 or later." };
  const reached = await health(client, nowMs);
  const { url } = client.settings;
  if (reached.isReached)
    return [
      node,
      ...reached.findings,
      ...(await limits(client)),
      ...(await pauses(client)),
      ...(await endpoints(client)),
      ...(await catalog(client)),
    ];
  if (reached.isThere) return [node, ...reached.findings];
  // A gateway that answers reports its own room, and only it knows where its data is.
  const here = isHere(url) ? [...(await diskHere(environment)), ...(await portsHere(Number(new URL(url).port || "80"), environment))] : [];
  return [node, ...here, ...reached.findings];
}

async function health(
  client: GatewayClient,
  nowMs: number,
): Promise<{ readonly isReached: boolean; readonly isThere: boolean; readonly findings: readonly Finding[] }> {
  try {
    // A gateway that is not well answers 503 with the reason, in the same form.
    const response = await client.send({ method: "GET", path: "/health", alsoGood: [503] });
    const apartMs = Date.parse(response.headers.get("date") ?? "") - nowMs;
    const answer: HealthDetails = await client.recordOf(response, "status");
    const isTogether = !Number.isFinite(apartMs) || Math.abs(apartMs) < clockStepMsMax;
    return {
      isReached: true,
      isThere: true,
      findings: [
        { check: "gateway", isWell: response.ok, found: `answers at ${client.settings.url}, ${answer.status ?? "healthy"}`, cure: "" },
        {
          check: "clock",
          isWell: isTogether,
          found: Number.isFinite(apartMs)
            ? `the gateway's clock is ${Math.round(apartMs / 1_000)} s apart`
            : "the gateway does not say its time",
          cure: "Set both clocks by NTP: timers and expirations follow the gateway's.",
        },
        ...detailsOf(answer),
      ],
    };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const isReached = error.reason !== "unreachable";
    // The gateway itself then has the port, so this machine need not be checked.
    const isThere = isReached || error instanceof TlsRefusal;
    return { isReached, isThere, findings: [{ check: "gateway", isWell: false, found: error.message, cure: error.cure }] };
  }
}

/** The answer of /health. Everybody gets the status; the details only those who may know them. */
interface HealthDetails {
  readonly status?: string;
  readonly health?: { readonly kind: string; readonly code?: string; readonly message?: string; readonly cure?: string };
  readonly oldestWriteMs?: number;
  readonly disk?: DiskFigures | null;
  readonly processes?: { readonly running: number; readonly notRunning: number };
  readonly connectors?: readonly { readonly id: string; readonly state: string; readonly what: string; readonly cure: string }[];
  readonly telemetry?: TelemetryDetails;
}

interface TelemetryDetails {
  readonly state: string;
  readonly endpoint?: string | null;
  readonly problem?: string | null;
}

/** Makes findings of the details of health, for callers who got them. */
function detailsOf({ health: engine, oldestWriteMs = 0, disk, processes, connectors = [], telemetry }: HealthDetails): Finding[] {
  if (engine === undefined) return [];
  const isWritten = engine.kind === "running";
  const store = isWritten
    ? `takes writes, the oldest is ${Math.round(oldestWriteMs)} ms under way`
    : [engine.kind, engine.code, engine.message].join(" ");
  return [
    ...(disk === undefined || disk === null ? [] : [diskFinding(disk)]),
    { check: "store", isWell: isWritten, found: store.trimEnd(), cure: engine.cure ?? "" },
    ...connectors.map(({ id, state, what, cure }) => ({
      check: "connector",
      isWell: state === "running",
      // A running connector is listed when it needs a look. A finding that is well prints no cure, so its cure is put into the text.
      found: state === "running" ? `${id} ${state} ${what} ${cure}`.trimEnd() : `${id} ${state} ${what}`,
      cure,
    })),
    ...(processes === undefined || processes.notRunning === 0
      ? []
      : [
          {
            check: "processes",
            isWell: false,
            found: `${processes.notRunning} do not run`,
            cure: "signalbox functions processes says why.",
          },
        ]),
    ...(telemetry === undefined || telemetry.state === "off" ? [] : [telemetryFinding(telemetry)]),
  ];
}

function telemetryFinding({ state, endpoint, problem }: TelemetryDetails): Finding {
  const isWell = state !== "failing";
  const found = isWell ? `exported to ${endpoint ?? ""}` : `not exported: ${problem ?? ""}`;
  return { check: "telemetry", isWell, found, cure: "Mend the collector, or what OTEL_EXPORTER_OTLP_ENDPOINT and _HEADERS say of it." };
}

/** A limit that holds something back is no fault, but it explains why something waits. */
async function limits(client: GatewayClient): Promise<Finding[]> {
  try {
    const answer = (await client.record({ method: "GET", path: "/v1/limits" }, "limits")) as {
      readonly limits: readonly { readonly id: string; readonly held: boolean; readonly waitingMessages: number }[];
    };
    const held = answer.limits.filter(({ held: isHeld }) => isHeld);
    if (answer.limits.length === 0) return [];
    const found = `${answer.limits.length}, ${held.length === 0 ? "none holds anybody now" : `these hold: ${held.map(({ id, waitingMessages }) => `${id} (${waitingMessages} wait)`).join(", ")}`}`;
    return [{ check: "limits", isWell: true, found, cure: "" }];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [{ check: "limits", isWell: false, found: error.message, cure: error.cure }];
  }
}

/** A pause is no fault either: somebody wanted it, and it explains why something waits. */
async function pauses(client: GatewayClient): Promise<Finding[]> {
  try {
    const answer = (await client.record({ method: "GET", path: "/v1/pauses" }, "pauses")) as {
      readonly pauses: readonly { readonly id: string; readonly by: string; readonly waitingMessages: number | null }[];
    };
    return answer.pauses.map(({ id, by, waitingMessages }) => {
      // The list has no count for a single entity.
      const found = `${id} by ${by}${waitingMessages === null ? "" : `, ${waitingMessages} wait`}`;
      return { check: "pause", isWell: true, found, cure: "" };
    });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [{ check: "pauses", isWell: false, found: error.message, cure: error.cure }];
  }
}

/**
 * Health reports its last look and begins another with each question; the question at the beginning of the run began the look that is shown
 * here.
 */
async function catalog(client: GatewayClient): Promise<Finding[]> {
  try {
    const answer: CatalogDetails = await client.recordOf(await client.send({ method: "GET", path: "/health", alsoGood: [503] }), "status");
    if (answer.catalog === undefined) return [];
    const { problem, cure } = answer.catalog ?? { problem: "answers", cure: "" };
    return [{ check: "catalog", isWell: answer.catalog === null, found: problem, cure }];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [{ check: "catalog", isWell: false, found: error.message, cure: error.cure }];
  }
}

interface CatalogDetails {
  /** Null when the catalog answers; absent when the caller may not know. */
  readonly catalog?: { readonly problem: string; readonly cure: string } | null;
}

interface EndpointRow {
  readonly id?: string;
  readonly functions?: string;
  readonly state?: string;
  readonly breaker?: string;
  readonly failure?: Reason | null;
  /** Set for an endpoint that is scaled to zero. */
  readonly sleep?: { readonly problem?: Reason | null } | null;
}

/** A reader who knows no circuit breakers takes "closed" for an endpoint that is shut. */
const breakerWords: Readonly<Record<string, string>> = {
  closed: "is called as usual (breaker closed)",
  open: "is not called (breaker open)",
  probing: "is being tried again (breaker probing)",
};

interface Reason {
  readonly message: string;
  readonly cure: string;
}

async function endpoints(client: GatewayClient): Promise<Finding[]> {
  try {
    const { endpoints: rows } = (await client.record({ method: "GET", path: "/v1/endpoints" }, "endpoints")) as {
      readonly endpoints: readonly EndpointRow[];
    };
    return rows.map((row) => {
      const state = row.breaker ?? row.state ?? "";
      const isWell = state !== "open";
      // When a sleeping endpoint cannot be woken, that is why nothing answers there.
      const reason = isWell ? undefined : (row.sleep?.problem ?? row.failure ?? undefined);
      const found = `${row.id ?? row.functions ?? ""} ${breakerWords[state] ?? state}${reason === undefined ? "" : `: ${reason.message}`}`;
      return { check: "endpoint", isWell, found, cure: reason?.cure ?? "signalbox endpoints check <url> says why." };
    });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [{ check: "endpoints", isWell: false, found: error.message, cure: error.cure }];
  }
}
