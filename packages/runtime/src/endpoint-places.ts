/** EndpointPlaces: which hosts, addresses and sockets may be called, for functions and for connectors alike. */
import type { LookupFunction } from "node:net";

export interface EndpointPlaces {
  /** Why no connection may be opened to this host, as a URL writes it; undefined: what it resolves to decides. */
  hostRefusal(host: string): string | undefined;
  socketRefusal(path: string): string | undefined;
  /** Gives only addresses that may be reached, else an error with the code FORBIDDEN_PLACE. */
  readonly lookup: LookupFunction;
}
