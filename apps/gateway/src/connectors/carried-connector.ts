/**
 * CarriedConnector: what the gateway has of a connector that StateFun carries in the job on Flink: that it is declared, and who to ask. Nothing is opened here.
 * Neighbours: kinds say by carried() what StateFun is told, supervisor.ts puts this in the place of the kind.
 */
import type { Connector, ConnectorContext } from "./connector.ts";

const carriedNote = {
  what: "StateFun's own connector carries it, in the job on Flink: nothing of it passes the gateway, which counts and stops nothing here. Failures and Functions show the job; SIGNALBOX_FLINK_CONNECTORS=gateway has the gateway do it.",
  // Nothing is wrong with it.
  cure: "",
};

export function carriedConnector({ kind, word, meaning, shape, direction, read }: Connector): Connector {
  const open = async (_spec: unknown, context: ConnectorContext) => {
    context.note(carriedNote);
    return { close: async () => undefined };
  };
  return { kind, word, meaning, shape, direction, read, open };
}
