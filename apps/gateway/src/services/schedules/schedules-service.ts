/** The verbs of schedules: each schedule is an ingress whose state is its position in the engine. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { scheduleIngress } from "../../connectors/schedule/schedule.ts";
import type { ConnectorView } from "../../connectors/supervisor.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { ScheduleView } from "../../contract/messages/schedules.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function schedulesService({ connectors }: Pick<ServiceParts, "connectors">): ServiceOf<"schedules"> {
  const declared = (): ConnectorView[] => connectors.views().filter(({ kind }) => kind === scheduleIngress.kind);
  const viewOf = ({ id, module }: ConnectorView): ScheduleView => {
    return { id, module, schedule: connectors.schedule(id)?.facts() ?? null };
  };
  const found = (namespace: string, name: string): ConnectorView => {
    const id = `${namespace}/${name}`;
    const view = declared().find((one) => one.id === id);
    if (view !== undefined) return view;
    throw new GatewayError("UNKNOWN_SCHEDULE", {
      detail: `No module in force declares the schedule ${id}.`,
      where: "name",
      cure: "GET /v1/schedules lists them.",
    });
  };
  return {
    async list() {
      const views: ScheduleView[] = [];
      // Computing the next runs of a thousand schedules can take a second or more, so it is done in pieces.
      for (const one of declared()) {
        views.push(viewOf(one));
        await nextTurn();
      }
      return views;
    },
    get: (_principal, { namespace, name }) => viewOf(found(namespace, name)),
    async act(_principal, { namespace, name, act }) {
      const { id } = found(namespace, name);
      const schedule = connectors.schedule(id);
      if (schedule === undefined) throw notOpen(id);
      switch (act) {
        case "pause":
          await schedule.pause();
          return {};
        case "resume":
          await schedule.resume();
          return {};
        case "run-now":
          await schedule.runNow();
          return {};
      }
    },
  };
}

function notOpen(id: string): GatewayError {
  return new GatewayError("SCHEDULE_NOT_OPEN", {
    detail: `The schedule ${id} is not open.`,
    where: id,
    cure: "GET /v1/connectors says why; ask again once it runs.",
  });
}
