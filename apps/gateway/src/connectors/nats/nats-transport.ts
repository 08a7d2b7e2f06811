/**
 * NatsTransport: the library's connection to a server, with a bound on its lines. The library copies all that came of the first line with
 * each piece of it, gathers later ones however long they get, and leaves the socket open, and read, when it gives up waiting or cannot read
 * what came.
 * Neighbours: nats-client.ts, which connects by it; nats-lines.ts finds the lines.
 */
import { extractProtocolMessage, INFO, type ServerInfo } from "@nats-io/transport-node";
import { NodeTransport } from "@nats-io/transport-node/lib/node_transport.js";
import { NatsLines } from "./nats-lines.ts";

/** It is enough for the addresses of a cluster of thousands. */
const lineBytesMax = 256 * 1024;
const lineFeed = 0x0a;

export class NatsTransport extends NodeTransport {
  override close(error?: Error): Promise<void> {
    if (this.connected) return super.close(error);
    this.done = true;
    this.socket?.destroy();
    return Promise.resolve();
  }

  /** The first frames are those of the introduction. */
  override async *iterate(): AsyncGenerator<Uint8Array> {
    const lines = new NatsLines(lineBytesMax);
    try {
      for await (const frame of super.iterate()) {
        const wrong = lines.take(frame);
        if (wrong !== undefined) return await this.close(unreadable(wrong));
        yield frame;
      }
    } finally {
      // The connection is closed even when the library's parser threw, because it would go on gathering bytes that nobody reads.
      if (!this.isClosed) await this.close(unreadable("what it sent could not be read"));
    }
  }

  override peekInfo(): Promise<ServerInfo> {
    const { socket, yields } = this;
    return new Promise((resolve, reject) => {
      let bytes = 0;
      let failure = new Error("the server closed the connection before its first line");
      const end = (settle: () => void): void => {
        socket.removeAllListeners();
        settle();
      };
      socket.on("data", (frame: Uint8Array) => {
        yields.push(frame);
        bytes += frame.length;
        if (bytes > lineBytesMax) return end(() => reject(new Error(`the server's first line is longer than ${lineBytesMax} bytes`)));
        if (!frame.includes(lineFeed)) return;
        const line = extractProtocolMessage(Buffer.concat(yields));
        if (line !== "") end(() => resolve(infoOf(line)));
      });
      socket.on("error", (error) => {
        failure = error;
      });
      socket.on("close", () => end(() => reject(failure)));
      if (socket.destroyed) end(() => reject(failure));
    });
  }
}

function unreadable(message: string): Error {
  return Object.assign(new Error(message), { code: "UNREADABLE_SERVER" });
}

/** Asynchronous, so that what it throws rejects. */
async function infoOf(line: string): Promise<ServerInfo> {
  const json = INFO.exec(line)?.[1];
  if (json === undefined) throw new Error("it does not begin as a server of NATS does");
  const info: unknown = JSON.parse(json);
  if (typeof info !== "object" || info === null) throw new Error("what the server says of itself is no object");
  return info as ServerInfo;
}
