/** The verbs of entities (contract/entities/entities.ts says what each takes and gives). */
import type { EntityAction } from "@signalbox/runtime";
import type { z } from "zod";
import type { entities, EntityActionName } from "../../contract/entities/entities.ts";
import { GatewayError } from "../../contract/problem.ts";
import { typedValue } from "../../values/typed-text.ts";
import { typesKnownBefore } from "../../views/past.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { endpointOf } from "./endpoint-of.ts";
import { addressView, entityDetail } from "../../views/entity-views.ts";
import { entityRowsService } from "./entity-rows.ts";
import { lookAt, readEntities } from "./entity-scan.ts";
import { filterOf } from "../../shared/filter/filter-of.ts";
import { filteredPage } from "../../views/filtered-page.ts";
import { actOnHead } from "./head-acts.ts";
import { editState, type ValueEdit } from "./edit-state.ts";
import { entityHistory } from "./entity-history.ts";
import { entityPast } from "./entity-past.ts";
import { storedEntity } from "./stored-entity.ts";

type Parts = Pick<ServiceParts, "engine" | "values" | "bulkActs" | "identity" | "audit" | "modules" | "entityPauses" | "headsInTurn">;

export function entitiesService(parts: Parts): ServiceOf<"entities"> {
  return { ...entityReads(parts), ...entityRowsService(parts), ...entityPast(parts), ...entityActions(parts) };
}

type Reads = Pick<ServiceOf<"entities">, "types" | "list" | "get" | "read" | "history">;

function entityReads(parts: Parts): Reads {
  const { engine, values } = parts;
  return {
    types: () => [
      ...engine
        .functionTypes()
        .filter(({ answered }) => answered)
        .map((type) => ({ type: type.type, endpoint: type.endpoint ?? null, knownBefore: null })),
      ...[...typesKnownBefore(engine)].map(([type, knownBefore]) => ({ type, endpoint: null, knownBefore })),
    ],

    async list(_principal, { type, prefix, filter: text, cursor, limit }, { signal }) {
      const filter = filterOf(text, "entity");
      const choice = { type, prefix, filter };
      const found = await filteredPage({
        read: (page) => readEntities(parts, choice, { ...page, views: false }),
        look: lookAt(parts, filter, Date.now()),
        cursor: cursor ?? undefined,
        limit,
        signal,
      });
      const items = found.items.map(({ summary: { address, status, mailboxDepth } }) => ({
        address: addressView(address),
        status,
        mailboxDepth,
      }));
      return { items, cursor: found.cursor ?? null, looked: found.looked };
    },

    async get(_principal, address) {
      const entity = await engine.entity(address);
      return entity === undefined ? null : entityDetail(entity, { values, endpoint: endpointOf(engine, address.type) });
    },

    read: (_principal, address) => storedEntity(engine, address),

    history: entityHistory(parts),
  };
}

type EntityActions = Pick<ServiceOf<"entities">, "act" | "actAll" | "editState" | "editHead">;

function entityActions(parts: Parts): EntityActions {
  const { engine, values, entityPauses } = parts;
  return {
    async act(principal, { type, id, action, seconds, ifMessage, ifVersion }, call) {
      const address = { type, id };
      if (seconds !== undefined && action !== "pause") throw endless(action);
      if (ifMessage !== undefined && action !== "discard") throw ofNoMessage(action, "ifMessage");
      if (ifVersion !== undefined && action !== "discard") throw ofNoMessage(action, "ifVersion");
      const before = (await engine.entity(address))?.status;
      const untilMs = seconds === undefined ? undefined : Date.now() + seconds * 1_000;
      const discard = { address, action: { kind: "discard-head", ifSequence: ifMessage }, ifVersion } as const;
      const { changed } =
        untilMs !== undefined
          ? await entityPauses.pause(address, { by: principal.name, untilMs })
          : await (action === "discard" ? actOnHead(parts, discard) : engine.act({ kind: "one", address }, { kind: action }));
      const after = untilMs === undefined ? action : `${action} until ${new Date(untilMs).toISOString()}`;
      call.changed({ ...(before === undefined ? {} : { before }), after });
      return { changed };
    },

    async actAll(_principal, { type, status, action }, call) {
      const { changed } = await engine.act({ kind: "by-status", type: type ?? undefined, status }, entityAction(action));
      call.changed({ before: status, after: `${action} of ${changed}` });
      return { changed };
    },

    editState: (_principal, { type, id, ...edit }, call) =>
      editState({ engine, values }, { address: { type, id }, edits: editsOf(edit) }, call),

    async editHead(_principal, { type, id, value, ifMessage, ifVersion }) {
      const action = { kind: "edit-head", value: typedValue(values, value), ifSequence: ifMessage } as const;
      await actOnHead(parts, { address: { type, id }, action, ifVersion });
      return {};
    },
  };
}

function endless(action: EntityActionName): GatewayError {
  return new GatewayError("INVALID_REQUEST", {
    detail: `${action} has no end`,
    where: "seconds",
    cure: "Leave seconds out, or pause with them.",
  });
}

function ofNoMessage(action: EntityActionName, where: string): GatewayError {
  return new GatewayError("INVALID_REQUEST", {
    detail: `${action} is not of one message`,
    where,
    cure: `Leave ${where} out, or discard with it.`,
  });
}

type Asked = Pick<z.output<typeof entities.editState.input>, "name" | "value" | "ifVersion" | "values">;

/** The contract allows only one of the two forms. */
function editsOf({ name, value, ifVersion, values }: Asked): readonly ValueEdit[] {
  if (values !== undefined) return values;
  return name === undefined || value === undefined ? [] : [{ name, value, ifVersion }];
}

function entityAction(name: EntityActionName): EntityAction {
  return name === "discard" ? { kind: "discard-head" } : { kind: name };
}
