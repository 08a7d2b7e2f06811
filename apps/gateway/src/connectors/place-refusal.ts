/** placeRefusal: why no connection may be opened to a host, for clients whose sockets resolve names by themselves. */
import type { ConnectorHost } from "./connector.ts";

/** Undefined when it may. An unknown host name is reported when the connection is opened. */
export async function placeRefusal(places: ConnectorHost["places"], host: string): Promise<string | undefined> {
  return (
    places.hostRefusal(host) ??
    (await new Promise((resolve) => {
      places.lookup(host, {}, (error) => resolve(error?.code === "FORBIDDEN_PLACE" ? error.message : undefined));
    }))
  );
}
