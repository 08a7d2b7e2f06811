/**
 * PeerCertificates: the client certificates of the connections of a gRPC port. The library gives a call only its peer's address, by which
 * the connection with the certificate is found. Neighbours: server.ts hears of connections; unary.ts asks who calls.
 */
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { clientCertificateOf } from "../../identity/client-certificate.ts";
import type { WhoAsks } from "../../identity/identity.ts";

export class PeerCertificates {
  readonly #sockets = new Map<string, TLSSocket>();

  add(socket: Duplex): void {
    if (!(socket instanceof TLSSocket)) return;
    const peer = `${socket.remoteAddress ?? ""}:${socket.remotePort ?? ""}`;
    this.#sockets.set(peer, socket);
    socket.once("close", () => {
      if (this.#sockets.get(peer) === socket) this.#sockets.delete(peer);
    });
  }

  /** The identity with the caller's certificate added to each question. */
  over(identity: WhoAsks): WhoAsks {
    return {
      get loginRequired() {
        return identity.loginRequired;
      },
      standing: identity.standing,
      principalOf: ({ peer = "", ...credentials }, door) => {
        const socket = this.#sockets.get(peer);
        return identity.principalOf(
          socket === undefined ? credentials : { ...credentials, certificate: clientCertificateOf(socket) },
          door,
        );
      },
    };
  }
}
