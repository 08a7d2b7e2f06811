/** The verbs of entities as data: rows, a count step by step, export, acts on matching entities (contract/entities/entity-rows.ts). */
import { GatewayError } from "../../contract/problem.ts";
import type { EntityDataRow } from "../../contract/entities/entity-rows.ts";
import { filterOf } from "../../shared/filter/filter-of.ts";
import { addressView } from "../../views/entity-views.ts";
import { filteredPage } from "../../views/filtered-page.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { whyNoMore } from "../why-no-more.ts";
import { actOnMatching } from "./act-on-matching.ts";
import { columnsOf, entityCells } from "./entity-cells.ts";
import { sizeOf, writtenOf } from "./entity-fields.ts";
import { exportEntities } from "./entity-export.ts";
import { lookAt, matchingAddresses, readEntities, scanEntities, type EntityChoice, type Scanned } from "./entity-scan.ts";
import { EntityTally } from "./entity-tally.ts";

type Parts = Pick<ServiceParts, "engine" | "values" | "bulkActs" | "identity">;

/** How many rows one step of counting reads. */
const tallyRowsMax = 20_000;
const tallyMsMax = 400;

export function entityRowsService(parts: Parts): Pick<ServiceOf<"entities">, "rows" | "tally" | "export" | "actOnMatching"> {
  const { values } = parts;
  return {
    async rows(_principal, { cursor, limit, ...asked }, { signal }) {
      const choice = choiceOf(asked);
      const found = await filteredPage({
        read: (page) => readEntities(parts, choice, { ...page, views: true }),
        look: lookAt(parts, choice.filter, Date.now()),
        cursor: cursor ?? undefined,
        limit,
        signal,
      });
      const items = found.items.map((scanned) => dataRow(scanned, parts));
      return { columns: columnsOf(items), items, cursor: found.cursor ?? null, looked: found.looked };
    },

    async tally(_principal, { cursor, column, ...asked }, { signal }) {
      const sums = new EntityTally(column ?? undefined, values);
      const endMs = performance.now() + tallyMsMax;
      const from = { cursor: cursor ?? undefined, views: typeof column === "string" };
      for await (const { fitting, cursor: next, count } of scanEntities(parts, choiceOf(asked), from)) {
        for (const scanned of fitting) sums.add(scanned);
        const over = performance.now() > endMs || count.rows >= tallyRowsMax || signal.aborted;
        if (over || next === undefined) return { ...sums.view(), looked: count.view(next === undefined), cursor: next ?? null };
      }
      throw new Error("a scan has a page at least");
    },

    export: (_principal, { format, limit, ...asked }) => exportEntities(parts, choiceOf(asked), { format, limit }),

    async actOnMatching(principal, { action, ratePerSecond, name, ...asked }, call) {
      const { type, filter } = choiceOf(asked);
      const looks = (): ReturnType<typeof lookAt> => lookAt(parts, filter, Date.now());
      const row = parts.bulkActs.startMatching({
        name,
        title: type,
        where: type,
        filter: filter.text,
        action,
        ratePerSecond,
        by: principal.name,
        targets: () => matchingAddresses(parts, choiceOf(asked)),
        perform: (address) => actOnMatching(parts.engine, address, action),
        isStill: async (address) => {
          const view = await parts.engine.entity(address);
          return view !== undefined && looks()({ summary: view, view }).kind === "fits";
        },
        whyNoMore: whyNoMore(parts, principal, { name: "entities.actOnMatching", input: { type } }),
      });
      if (row === undefined) throw busy();
      call.changed({ after: `${action} of what fits, act ${row.id}` });
      return row;
    },
  };
}

function choiceOf({ type, prefix, filter }: { type: string; prefix: string; filter: string }): EntityChoice {
  return { type, prefix, filter: filterOf(filter, "entity") };
}

function dataRow({ summary, view }: Scanned, { values }: Pick<Parts, "values">): EntityDataRow {
  const { address, status, mailboxDepth } = summary;
  return {
    address: addressView(address),
    status,
    mailboxDepth,
    cells: view === undefined ? [] : entityCells(view, values),
    sizeBytes: sizeOf(view),
    writtenMs: writtenOf(view) ?? null,
    failureCode: view?.failure?.code ?? null,
  };
}

function busy(): GatewayError {
  return new GatewayError("BULK_ACTS_BUSY", {
    detail: "As many acts run as may at once.",
    where: "entities.actOnMatching",
    cure: "Wait for one to end, or cancel it; GET /v1/failures/actions lists them.",
  });
}
