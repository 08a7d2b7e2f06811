/** The verbs of what waits in an egress; the contract calls the noun `doors`. */
import { EngineError } from "@signalbox/runtime";
import { connectorRow } from "../../connectors/connector-row.ts";
import { checkView, connectorView, seekView, stopOrStart, unknownConnector } from "./connector-verbs.ts";
import { addressView } from "../../views/entity-views.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function egressesService({
  engine,
  values,
  modules,
  connectors,
}: Pick<ServiceParts, "engine" | "values" | "modules" | "connectors">): ServiceOf<"doors"> {
  return {
    async egress(_principal, { egress, cursor, limit }) {
      const known = engine.egresses().find(({ id }) => id === egress);
      const after = Number(cursor ?? 0);
      const records = await engine.egressRecords({ egress, after: Number.isSafeInteger(after) ? after : 0, limit });
      const connector = connectors.views().find(({ direction, id }) => direction === "egress" && id === egress);
      return {
        connector: connector === undefined ? null : connectorRow(connector),
        kind: modules.egressKind(egress),
        module: known?.module ?? null,
        waitingRecords: known?.waitingRecords ?? 0,
        records: records.map(({ sequence, trace, from, atMs, value }) => ({
          sequence,
          trace,
          from: addressView(from),
          atMs,
          value: values.view(value),
        })),
        cursor: records.length < limit ? null : String(records.at(-1)?.sequence ?? 0),
      };
    },

    connectors: () => connectors.views().map(connectorRow),

    connector: (_principal, address) => connectorView(connectors, address),

    retry(_principal, address) {
      if (!connectors.retry(address.direction, address.id)) throw unknownConnector(address);
      return {};
    },

    stop: (_principal, address) => stopOrStart(connectors, address, true),

    start: (_principal, address) => stopOrStart(connectors, address, false),

    check: (_principal, address) => checkView(connectors, address),

    seekPlan: async (_principal, { id, to }) => seekView(id, () => connectors.seek(id, to, "only what it would do")),

    async seek(_principal, { id, to }, { changed }) {
      const moved = await seekView(id, () => connectors.seek(id, to));
      const places = (which: "from" | "to"): string => JSON.stringify(moved.parts.map((one) => `${one.part} ${one[which] ?? "-"}`));
      changed({ before: places("from"), after: places("to") });
      return moved;
    },

    egresses: () =>
      engine
        .egresses()
        .map(({ id, module, waitingRecords }) => ({ id, kind: modules.egressKind(id), module: module ?? null, waitingRecords })),

    records(_principal, { egress, after, limit }) {
      mustBeKnown(engine, egress);
      return engine.egressRecords({ egress, after, limit });
    },

    async acknowledge(_principal, { egress, through }) {
      mustBeKnown(engine, egress);
      await engine.egressAcknowledge(egress, through);
      return { acknowledgedThrough: through };
    },
  };
}

/** Declared, or with records that wait from when it was. */
function mustBeKnown(engine: Pick<ServiceParts["engine"], "egresses">, egress: string): void {
  if (engine.egresses().some(({ id }) => id === egress)) return;
  throw new EngineError(
    "UNKNOWN_EGRESS",
    `No module in force declares the egress ${egress}, and nothing waits in it.`,
    "GET /v1/egresses lists them.",
  );
}
