/**
 * openReproductions: opens the searches for the fewest messages that make a function fail. They call functions by transports of their own,
 * so that no try takes a connection, a thread or the memory of replies from the traffic. Neighbour: services/reproductions searches.
 */
import { createTransport, placesOf } from "@signalbox/engine";
import { ifAble, type Engine } from "@signalbox/runtime";
import type { GatewaySettings, Opened } from "./compose.ts";
import { Reproductions } from "./services/reproductions/reproductions.ts";

interface Parts {
  readonly engine: Engine;
  readonly warn: (message: string) => void;
  readonly closers: Opened["closers"];
}

export function openReproductions(
  { endpointAllow = [] }: Pick<GatewaySettings, "endpointAllow">,
  { engine, warn, closers }: Parts,
): Reproductions {
  const places = placesOf(endpointAllow);
  const reproductions = new Reproductions({
    engine,
    warn,
    openCaller: () => {
      const transport = createTransport({ places });
      return { call: (request, signal) => transport.invoke(request, signal), close: () => transport.close() };
    },
  });
  closers.push(() => reproductions.close());
  const endWatch = ifAble(
    () =>
      engine.onChange((change) => {
        if (change.kind === "restored") reproductions.forgetAll();
      }),
    () => undefined,
  );
  closers.push(endWatch);
  return reproductions;
}
