/**
 * CarriedConnector: stands for a connector that StateFun itself runs in the job on Flink. The gateway only knows that it is declared, and
 * opens nothing. Neighbours: a kind's carried() makes the spec for StateFun, supervisor.ts uses this instead of the kind.
 */
import type { Connector, ConnectorContext } from "./connector.ts";

const carriedNote = {
  what: "StateFun's own connector carries it, in the job on Flink: nothing of it passes the gateway, which counts and stops nothing here. Failures and Functions show the job; SIGNALBOX_FLINK_CONNECTORS=gateway has the gateway do it.",
  // No cure, because nothing is wrong.
  cure: "",
};

export function carriedConnector({ kind, word, meaning, shape, direction, read }: Connector): Connector {
  const open = async (_spec: unknown, context: ConnectorContext) => {
    context.note(carriedNote);
    return { close: async () => undefined };
  };
  return { kind, word, meaning, shape, direction, read, open };
}
