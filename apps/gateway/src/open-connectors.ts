/**
 * Opens the supervisor of connectors over the ports and parts of this gateway. Neighbour: open-services.ts, whose modules say which
 * connectors it opens and closes.
 */
import { placesOf, systemClock, systemRandom } from "@signalbox/engine";
import type { GatewayCore, GatewayLog, GatewaySettings, Opened } from "./compose.ts";
import { createCompute } from "./compute/compute.ts";
import type { ConnectorHost } from "./connectors/connector.ts";
import { connectors as connectorKinds } from "./connectors/kinds.ts";
import { Supervisor } from "./connectors/supervisor.ts";

const bodyMsMax = 10_000;

interface Parts extends Pick<GatewayCore, "engine" | "identity">, Pick<Opened, "closers"> {
  readonly log: GatewayLog;
  readonly doors: Pick<ConnectorHost, "site" | "held" | "hooks">;
}

export function openConnectors(settings: GatewaySettings, { engine, identity, log, doors, closers }: Parts): Supervisor {
  // Large bodies have a compute thread of their own, so that their senders delay nobody who applies a module.
  const bodies = createCompute({ taskMsMax: bodyMsMax });
  closers.push(() => bodies.close());
  const { site, held, hooks } = doors;
  const host: ConnectorHost = {
    host: settings.host,
    identity,
    site,
    messageBytesMax: settings.limits.messageBytesMax,
    messageHeadersBytesMax: settings.limits.messageHeadersBytesMax,
    held,
    hooks,
    lookUp: (bytes, pointers) => bodies.run({ kind: "look-up", bytes, pointers }, "the body"),
    places: placesOf(settings.endpointAllow ?? []),
    logError: log.error,
  };
  const supervisor = new Supervisor({ engine, kinds: connectorKinds, host, clock: systemClock, random: systemRandom, warn: log.warn });
  closers.push(() => supervisor.close());
  return supervisor;
}
