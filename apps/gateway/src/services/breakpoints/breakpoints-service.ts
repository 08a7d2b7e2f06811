/** The verbs of breakpoints (contract/messages/breakpoints.ts says what each takes and gives). */
import { randomBytes } from "node:crypto";
import { heldShownMax, type BreakpointIds, type BreakpointView, type Engine } from "@signalbox/runtime";
import { GatewayError } from "../../contract/problem.ts";
import type { ConditionBasis } from "../../conditions/condition-basis.ts";
import { filterOf } from "../../shared/filter/filter-of.ts";
import { entityDetail } from "../../views/entity-views.ts";
import { endpointOf } from "../entities/endpoint-of.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { breakpointRow, breakpointRows } from "../../views/breakpoint-rows.ts";

type Parts = Pick<ServiceParts, "engine" | "values" | "masks" | "descriptors" | "breakpoints">;

export function breakpointsService(parts: Parts): ServiceOf<"breakpoints"> {
  const { engine, values, breakpoints } = parts;
  return {
    list: () => ({ set: breakpointRows(engine.breakpoints()), ended: [...breakpoints.ended()] }),

    async set(principal, { functions, entity, prefix, condition, seconds }, call) {
      const slash = functions.indexOf("/");
      const spec = {
        id: `${functions}~${randomBytes(4).toString("hex")}`,
        namespace: functions.slice(0, slash),
        name: functions.slice(slash + 1),
        ids: idsOf(entity, prefix),
        condition: condition === null || condition.trim() === "" ? undefined : condition,
        by: principal.name,
        setMs: Date.now(),
        forMs: seconds * 1_000,
      };
      await engine.setBreakpoint(spec, await basisOf(spec.condition, parts));
      breakpoints.begin();
      call.changed({ after: `${spec.id} for ${seconds} s` });
      return breakpointRow(viewOf(engine, spec.id));
    },

    async release(principal, { id }, call) {
      const view = viewOf(engine, id);
      const { released } = await engine.releaseBreakpoint(id);
      breakpoints.released(view, principal.name);
      call.changed({ before: `held ${view.heldMessages} messages`, after: `let ${released} entities go` });
      return { released };
    },

    async held(_principal, { id }) {
      viewOf(engine, id);
      const entities = await engine.heldEntities({ breakpoint: id, limit: heldShownMax });
      return entities.map((entity) => entityDetail(entity, { values, endpoint: endpointOf(engine, entity.address.type) }));
    },

    async step(_principal, address) {
      await engine.stepHeld(address);
      return {};
    },
  };
}

/** What the condition is compiled with; descriptor sets are needed only when it looks into values. */
async function basisOf(condition: string | undefined, { masks, descriptors }: Parts): Promise<ConditionBasis | undefined> {
  if (condition === undefined) return undefined;
  const looksIn = filterOf(condition, "held").fields.has("value");
  return { masks: masks.table.rules, descriptorSets: looksIn ? await descriptors.files() : [] };
}

function idsOf(entity: string | null, prefix: string | null): BreakpointIds {
  if (entity !== null) return { kind: "one", id: entity };
  return prefix === null ? { kind: "all" } : { kind: "prefix", prefix };
}

function viewOf(engine: Pick<Engine, "breakpoints">, id: string): BreakpointView {
  const view = engine.breakpoints().find(({ spec }) => spec.id === id);
  if (view !== undefined) return view;
  throw new GatewayError("UNKNOWN_BREAKPOINT", {
    detail: `No breakpoint has the id ${id}; it may have ended by itself.`,
    where: "id",
    cure: "GET /v1/breakpoints lists those that hold, and those that ended lately.",
  });
}
