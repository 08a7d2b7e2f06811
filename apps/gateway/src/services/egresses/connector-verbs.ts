/** What the verbs of ingresses and egresses share: the view of one, stopping and starting, seeking; and their refusals. */
import { connectorRow } from "../../connectors/connector-row.ts";
import type { SeekStep } from "../../connectors/connector.ts";
import { ConnectorFailure } from "../../connectors/connector-failure.ts";
import type { Supervisor } from "../../connectors/supervisor.ts";
import type { ConnectorCheckView, ConnectorView } from "../../contract/messages/egresses.ts";
import { GatewayError } from "../../contract/problem.ts";

interface ConnectorAddress {
  readonly direction: "ingress" | "egress";
  readonly id: string;
}

type Connectors = Pick<Supervisor, "views" | "details" | "stop" | "check">;

export function connectorView(connectors: Connectors, { direction, id }: ConnectorAddress): ConnectorView {
  const row = connectors.views().find((one) => one.direction === direction && one.id === id);
  const details = connectors.details(direction, id);
  if (row === undefined || details === undefined) throw unknownConnector({ direction, id });
  const { records, perSecond, parts, invalidRecords, samples, canSeek } = details;
  return {
    ...connectorRow(row),
    records,
    perSecond: Math.round(perSecond * 10) / 10,
    parts: parts.map(({ part, position, lag }) => ({ part, position, lag: lag ?? null })),
    invalidRecords,
    invalid: samples.toReversed().map(({ part, position, what, done, atMs }) => ({ part, position, what, done, atMs })),
    canSeek,
  };
}

export async function checkView(connectors: Connectors, address: ConnectorAddress): Promise<ConnectorCheckView> {
  const answers = await connectors.check(address.direction, address.id);
  if (answers === undefined) throw unknownConnector(address);
  return {
    holds: answers.every(({ outcome }) => outcome === "holds"),
    answers: answers.map(({ what, outcome, problem }) => ({ what, outcome, why: problem?.what ?? "", cure: problem?.cure ?? "" })),
  };
}

export async function stopOrStart(connectors: Connectors, address: ConnectorAddress, stopped: boolean): Promise<Record<string, never>> {
  if (!(await connectors.stop(address.direction, address.id, stopped))) throw unknownConnector(address);
  return {};
}

/** Parts of the framework itself have no name and are not shown. */
export async function seekView(
  id: string,
  work: () => Promise<readonly SeekStep[] | undefined>,
): Promise<{ parts: { part: string; from: string | null; to: string; again: number | null }[] }> {
  let steps: readonly SeekStep[] | undefined;
  try {
    steps = await work();
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    throw new GatewayError("SEEK_FAILED", { detail: `${id} was not moved: ${error.message}.`, where: id, cure: error.cure });
  }
  if (steps === undefined) throw unknownConnector({ direction: "ingress", id });
  const shown = steps.filter(({ part }) => part !== "");
  return { parts: shown.map(({ part, from, to, again }) => ({ part, from: from ?? null, to, again: again ?? null })) };
}

export function unknownConnector({ direction, id }: ConnectorAddress): GatewayError {
  return new GatewayError("UNKNOWN_CONNECTOR", {
    detail: `No module in force declares an ${direction} ${id} for which that can be done.`,
    where: "id",
    cure: "GET /v1/connectors lists them.",
  });
}
