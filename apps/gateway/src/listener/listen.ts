/**
 * listenOn: opens a port, and names what keeps it from opening, in the same way for every port of the gateway (HTTP, gRPC, playground).
 * start-problem.ts makes an exit code of it, the playground an issue of the module.
 */
import type { AddressInfo, Server } from "node:net";

export type ListenFault = "taken" | "forbidden" | "no-such-address" | "other";

export interface ListenPlace {
  readonly host: string;
  /** The port to open; 0 stands for any free port. */
  readonly port: number;
  /** What sets the port: a variable, or a module's ingress. */
  readonly setting: string;
}

const faults: Readonly<Record<string, ListenFault>> = {
  EADDRINUSE: "taken",
  EACCES: "forbidden",
  EPERM: "forbidden",
  EADDRNOTAVAIL: "no-such-address",
  EAFNOSUPPORT: "no-such-address",
  EINVAL: "no-such-address",
  ENOTFOUND: "no-such-address",
  EAI_AGAIN: "no-such-address",
};

export class ListenError extends Error {
  readonly fault: ListenFault;
  readonly place: ListenPlace;
  readonly cure: string;

  constructor(place: ListenPlace, cause: unknown) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const fault = faults[code] ?? "other";
    const { what, cure } = wordsOf(fault, place, cause);
    super(what, { cause });
    this.name = "ListenError";
    this.fault = fault;
    this.place = place;
    this.cure = cure;
  }
}

function wordsOf(fault: ListenFault, { host, port, setting }: ListenPlace, cause: unknown): { what: string; cure: string } {
  switch (fault) {
    case "taken":
      return {
        what: `Port ${port} of ${host} is taken by another program.`,
        cure: `Stop that program, or set ${setting} to a free port.`,
      };
    case "forbidden":
      return { what: `Port ${port} may not be opened by this user.`, cure: `Set ${setting} to a port above 1023.` };
    case "no-such-address":
      return {
        what: `${host} is no address of this machine.`,
        cure: "Set SIGNALBOX_HOST to 127.0.0.1, 0.0.0.0, ::1 or another address of this machine.",
      };
    case "other":
      return {
        what: `Port ${port} of ${host} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}.`,
        cure: `Set ${setting} to another port, and look at the limits of the process (open files).`,
      };
  }
}

/** Resolves with the port. Rejects with a ListenError. */
export function listenOn(server: Server, place: ListenPlace): Promise<number> {
  return new Promise((resolve, reject) => {
    const refused = (error: unknown): void => reject(new ListenError(place, error));
    server.once("error", refused);
    server.listen(place.port, place.host, () => {
      server.off("error", refused);
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : place.port);
    });
  });
}
