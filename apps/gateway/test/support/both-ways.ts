/**
 * BothWays: one request over its own socket, sent so that it is read before node:http, and again with an Origin of this gateway, which is
 * allowed and moves the connection to node:http. Both answers must be the same.
 */
import { connect } from "node:net";

export type Way = "plain" | "node:http";

export interface Sent {
  readonly path: string;
  readonly headers?: readonly string[];
  readonly body?: Buffer;
  readonly version?: string;
}

/** Returns the first answer, without its date. */
export function answerTo(
  port: number,
  { path, headers = [], body = Buffer.alloc(0), version = "HTTP/1.1" }: Sent,
  way: Way,
): Promise<string> {
  const origin = way === "plain" ? [] : ["origin: http://localhost"];
  const lines = [`POST ${path} ${version}`, "host: localhost", `content-length: ${body.length}`, ...headers, ...origin, "", ""];
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(Buffer.concat([Buffer.from(lines.join("\r\n"), "latin1"), body])));
    let received = "";
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
      const [head = "", text = ""] = received.split("\r\n\r\n");
      if (text.length < Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.POSITIVE_INFINITY)) return;
      socket.destroy();
      resolve(received.replace(/\r\nDate: [^\r]*/, ""));
    });
    socket.on("error", reject);
  });
}
