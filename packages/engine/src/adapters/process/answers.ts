/**
 * answers: whether the program at a place still answers anybody: a request that every server of its protocol answers at once, and any byte
 * of an answer counts. Accepting a connection does not: the operating system does that for a program that hangs.
 * Neighbours: instance-silence.ts asks when a call has run out of its time; the gateway's supervisor of processes asks before it ends one.
 */
import { connect } from "node:net";

export interface AskedPlace {
  readonly at: { readonly kind: "socket"; readonly path: string } | { readonly kind: "port"; readonly port: number };
  readonly protocol: "http" | "grpc";
  /** Path of the HTTP handler. */
  readonly path: string;
}

/** HTTP/2: the preface of a client and empty settings, which a server answers with its own. */
const http2Preface = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Buffer.from("000000040000000000", "hex")]);

/** False: it has said nothing within that time. A program that is gone is no concern here, so that is true. */
export function answers({ at, protocol, path }: AskedPlace, withinMs: number): Promise<boolean> {
  const question = protocol === "grpc" ? http2Preface : `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`;
  return new Promise((resolve) => {
    const socket = at.kind === "socket" ? connect({ path: at.path }) : connect({ host: "127.0.0.1", port: at.port });
    const timer = setTimeout(() => end(false), withinMs);
    // What waits here keeps no process from ending.
    timer.unref();
    socket.unref();
    const end = (answered: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answered);
    };
    socket.once("connect", () => socket.write(question));
    for (const event of ["data", "end", "error", "close"]) socket.once(event, () => end(true));
    // The second error of a socket that was destroyed.
    socket.on("error", () => undefined);
  });
}
