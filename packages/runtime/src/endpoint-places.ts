/** EndpointPlaces: which hosts, addresses and sockets may be called, for functions and for connectors alike. */
import type { LookupFunction } from "node:net";

export interface EndpointPlaces {
  /** Why no connection may be opened to this host (as written in a URL); undefined when its addresses decide. */
  hostRefusal(host: string): string | undefined;
  socketRefusal(path: string): string | undefined;
  /** Resolves only to addresses that may be reached, else fails with the code FORBIDDEN_PLACE. */
  readonly lookup: LookupFunction;
}
