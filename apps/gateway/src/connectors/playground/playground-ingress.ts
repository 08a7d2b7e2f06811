/** The playground's ingress: any method on /<namespace>/<name>/<id>. A message is durable before the answer 200. */
import { problemOf } from "../../contract/problem-of.ts";
import type { Principal } from "../../contract/principal.ts";
import { mustBeAllowedToSend } from "../../identity/message-gate.ts";
import { parseEntityPath } from "../../listener/address-path.ts";
import { writeProblem } from "../../listener/reply.ts";
import { readBody } from "../../listener/request-body.ts";
import { traceOfRequest } from "../../listener/trace-headers.ts";
import { stringBytes, typenameOf } from "../../values/body-value.ts";
import { checkedValue } from "../../values/checked-value.ts";
import type { IngressContext, OpenIngress } from "../connector.ts";
import { openPlaygroundServer, pathOf } from "./playground-server.ts";
import type { PlaygroundIngressSpec } from "./playground.ts";

export async function openPlaygroundIngress({ port }: PlaygroundIngressSpec, context: IngressContext): Promise<OpenIngress> {
  const { held, messageBytesMax } = context;
  return openPlaygroundServer(port, context, (request, response, principal) => {
    const path = pathOf(request);
    readBody({ request, response }, { bytesMax: messageBytesMax, held }, (body) => {
      acceptOne(context, {
        path,
        body,
        contentType: request.headers["content-type"],
        headers: traceOfRequest(request.headers),
        principal,
      }).then(
        () => {
          if (!response.destroyed) response.writeHead(200, { "content-length": 0 }).end();
        },
        (error: unknown) => writeProblem(response, problemOf(error, path)),
      );
    });
  });
}

interface OneRequest {
  readonly path: string;
  readonly body: Buffer | Error;
  readonly contentType: string | undefined;
  readonly headers: string | undefined;
  readonly principal: Principal;
}

async function acceptOne({ door, id }: Pick<IngressContext, "door" | "id">, parts: OneRequest): Promise<void> {
  if (parts.body instanceof Error) throw parts.body;
  const target = parseEntityPath(parts.path.slice(1));
  mustBeAllowedToSend(parts.principal, id, target.type);
  const typename = typenameOf(parts.contentType);
  // Bytes are passed unchanged when a type is named; plain text becomes a string value, which every SDK can read.
  const value =
    typename === undefined
      ? { typename: "io.statefun.types/string", bytes: stringBytes(parts.body) }
      : checkedValue({ typename, bytes: parts.body }, "body");
  await door.accept({ target, value, headers: parts.headers });
}
