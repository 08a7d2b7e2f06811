/**
 * doctor: what stands in the way, one line a check: Node, the gateway, its clock against ours, its health, what waits. Exit code 1 when one is not
 * well.
 */
import type { Command } from "commander";
import type { GatewayClient } from "../call-gateway.ts";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../exit-codes.ts";

interface Finding {
  readonly check: string;
  readonly isWell: boolean;
  readonly found: string;
  readonly cure: string;
}

const clockStepMsMax = 5_000;

export function addDoctor(program: Command, context: CommandContext): void {
  const doctor = program.command("doctor").description("What stands in the way: Node, gateway, clock, health, endpoints");
  doctor.action(async () => {
    const findings = await examine(context.client(doctor), Date.now());
    if (doctor.optsWithGlobals<{ json?: boolean }>().json === true) context.io.out(`${JSON.stringify({ findings })}\n`);
    else
      for (const { check, isWell, found, cure } of findings)
        context.io.out(`${isWell ? "well " : "ILL  "}${check.padEnd(10)} ${found}${isWell || cure === "" ? "" : `\n     ${cure}`}\n`);
    const ill = findings.filter(({ isWell }) => !isWell);
    if (ill.length > 0) throw new CliError("failed", `${ill.length} of ${findings.length} checks are not well`);
  });
}

async function examine(client: GatewayClient, nowMs: number): Promise<Finding[]> {
  const major = Number(process.versions.node.split(".")[0]);
  const node = { check: "node", isWell: major >= 22, found: `Node ${process.versions.node}`, cure: "Install Node 22 or later." };
  const reached = await health(client, nowMs);
  if (!reached.isReached) return [node, ...reached.findings];
  return [node, ...reached.findings, ...(await endpoints(client))];
}

async function health(
  client: GatewayClient,
  nowMs: number,
): Promise<{ readonly isReached: boolean; readonly findings: readonly Finding[] }> {
  try {
    const response = await client.send({ method: "GET", path: "/health" });
    const apartMs = Date.parse(response.headers.get("date") ?? "") - nowMs;
    const isTogether = !Number.isFinite(apartMs) || Math.abs(apartMs) < clockStepMsMax;
    return {
      isReached: true,
      findings: [
        { check: "gateway", isWell: true, found: `answers at ${client.settings.url}, ${statusOf(await response.text())}`, cure: "" },
        {
          check: "clock",
          isWell: isTogether,
          found: Number.isFinite(apartMs)
            ? `the gateway's clock is ${Math.round(apartMs / 1_000)} s apart`
            : "the gateway does not say its time",
          cure: "Set both clocks by NTP: timers and expirations follow the gateway's.",
        },
      ],
    };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const isReached = error.reason !== "unreachable";
    return { isReached, findings: [{ check: "gateway", isWell: false, found: error.message, cure: error.cure }] };
  }
}

/** Details are not for everybody: the status always is. */
function statusOf(text: string): string {
  return /"status":"([^"]+)"/.exec(text)?.[1] ?? "healthy";
}

interface EndpointRow {
  readonly id?: string;
  readonly functions?: string;
  readonly state?: string;
  readonly breaker?: string;
}

async function endpoints(client: GatewayClient): Promise<Finding[]> {
  try {
    const { endpoints: rows } = (await client.json({ method: "GET", path: "/v1/endpoints" })) as {
      readonly endpoints: readonly EndpointRow[];
    };
    return rows.map((row) => {
      const state = row.breaker ?? row.state ?? "";
      return {
        check: "endpoint",
        isWell: state !== "open",
        found: `${row.id ?? row.functions ?? ""} ${state}`,
        cure: "signalbox endpoints check <url> says why.",
      };
    });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [{ check: "endpoints", isWell: false, found: error.message, cure: error.cure }];
  }
}
