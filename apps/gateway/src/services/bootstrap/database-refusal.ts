/**
 * databaseRefusal: why no database may be read at this URL. Its host is taken as the driver of PostgreSQL takes it: percent-encoded, a path
 * for a socket, or a name that the resolver makes an address of, as 2852039166. Neighbour: bootstraps.ts.
 */
import { join } from "node:path";
import type { EndpointPlaces } from "@signalbox/runtime";
import { placeRefusal } from "../../connectors/place-refusal.ts";

export type DatabasePlaces = Pick<EndpointPlaces, "hostRefusal" | "socketRefusal" | "lookup">;

/** Returns why the database may not be called; undefined when it may. */
export async function databaseRefusal({ hostname, port }: URL, places: DatabasePlaces): Promise<string | undefined> {
  let host: string;
  try {
    host = decodeURIComponent(hostname).replace(/^\[(.*)\]$/, "$1");
  } catch {
    return "its host is not percent-encoded as it should be";
  }
  return host.startsWith("/") ? places.socketRefusal(join(host, `.s.PGSQL.${port === "" ? "5432" : port}`)) : placeRefusal(places, host);
}
