/** The verbs of failures: what fails now, the causes that are remembered, and acts on all that one of them holds up. */
import { GatewayError } from "../../contract/problem.ts";
import { filterOf } from "../../shared/filter/filter-of.ts";
import { lookThrough } from "../../views/filtered-page.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { whyNoMore } from "../why-no-more.ts";
import { heldUp, reachOf } from "./bulk-acts.ts";
import { causeFields } from "./cause-fields.ts";
import { causeRows } from "./cause-rows.ts";
import { groupFailures } from "./group-failures.ts";

const sampleMax = 20;

type Parts = Pick<ServiceParts, "engine" | "values" | "failureMemory" | "bulkActs" | "identity">;

export function failuresService(parts: Parts): ServiceOf<"failures"> {
  const { engine, failureMemory, bulkActs } = parts;
  const known = async (fingerprint: string): Promise<{ title: string; where: string }> => {
    const cause = failureMemory.find(fingerprint);
    if (cause !== undefined) return cause;
    const group = (await groupFailures(parts)).find((each) => each.fingerprint === fingerprint);
    if (group !== undefined) return { title: group.code, where: group.type };
    throw new GatewayError("UNKNOWN_CAUSE", {
      detail: `No cause of failures has the fingerprint ${fingerprint}.`,
      where: "fingerprint",
      cure: "GET /v1/failures/causes lists them.",
    });
  };
  return {
    groups: () => groupFailures(parts),
    async causes(_principal, { filter: text }) {
      const nowMs = Date.now();
      const filter = filterOf(text, "failure");
      const rows = causeRows(failureMemory.list(), await groupFailures(parts), nowMs);
      return (await lookThrough(rows, (cause) => filter.look(causeFields(cause, nowMs)))).items;
    },
    async mark(principal, { fingerprint, state, untilMs }, call) {
      await known(fingerprint);
      const before = failureMemory.find(fingerprint)?.state;
      failureMemory.mark(fingerprint, { state, untilMs, by: principal.name });
      call.changed({ ...(before === undefined ? {} : { before }), after: state });
      return {};
    },
    async dryRun(_principal, { fingerprint, prefix }) {
      await known(fingerprint);
      const entities = await heldUp(engine, { fingerprint, prefix });
      return {
        ...reachOf(entities),
        sample: entities.slice(0, sampleMax).map(({ address: { type, id } }) => ({ type, id })),
      };
    },
    async act(principal, { fingerprint, prefix, action, ratePerSecond, name }, call) {
      const { title, where } = await known(fingerprint);
      const entities = await heldUp(engine, { fingerprint, prefix });
      const goesOn = whyNoMore(parts, principal, { name: "failures.act", input: undefined });
      const asked = { fingerprint, name, title, where, prefix, action, ratePerSecond, by: principal.name, whyNoMore: goesOn };
      const row = bulkActs.start(asked, reachOf(entities));
      if (row === undefined) throw busy();
      call.changed({ after: `${action} of ${entities.length}, act ${row.id}` });
      return row;
    },
    acts(_principal, { name: part }) {
      const wanted = part.toLowerCase();
      return bulkActs.list().filter(({ name }) => name.toLowerCase().includes(wanted));
    },
    oneAct(_principal, { id }) {
      const act = bulkActs.find(id);
      if (act === undefined) throw unknownAct(id);
      return act;
    },
    cancelAct(_principal, { id }) {
      if (!bulkActs.cancel(id)) throw unknownAct(id);
      return {};
    },
  };
}

function unknownAct(id: string): GatewayError {
  return new GatewayError("UNKNOWN_ACT", {
    detail: `No act has the id ${id}, or it ended before the last ones that are remembered.`,
    where: "id",
    cure: "GET /v1/failures/actions lists them; that it was begun, and by whom, stays in the audit.",
  });
}

function busy(): GatewayError {
  return new GatewayError("BULK_ACTS_BUSY", {
    detail: "As many acts run as may at once.",
    where: "failures.act",
    cure: "Wait for one to end, or cancel it; GET /v1/failures/actions lists them.",
  });
}
