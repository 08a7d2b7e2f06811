/**
 * Bodies that are files. POST /v1/savepoints has no body (a savepoint is taken) or a file (it is uploaded). A request that says that it
 * brings a file is an upload also where the file is empty: whoever sends one would take the 201 for the upload of it. Files are not
 * buffered here: their pieces are passed on as they come. Neighbour: savepoint-routes.ts, in a scope of its own, because all other routes
 * read their bodies whole.
 */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import { GatewayError } from "../../contract/problem.ts";
import type { OpenUpload } from "../../contract/savepoints/savepoints.ts";

/** The size of an empty JSON object, which some programs send although no body is needed. */
const emptyObjectBytesMax = 1_024;
const fileTypes = ["application/octet-stream", "application/vnd.sqlite3", "application/x-sqlite3"];

export interface Upload {
  readonly open: OpenUpload;
  readonly sizeBytes: number | undefined;
}

/** The bodies of this scope come as streams. */
export function readNoBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
}

/** Undefined when there is no file and none was meant. `isMeant`: the request says so elsewhere than in its content type. */
export async function uploadOf(request: IncomingMessage, isMeant: boolean): Promise<Upload | undefined> {
  refuseCompressed(request);
  const isFile = isMeant || isFileType(request.headers["content-type"]);
  const pieces = piecesOf(request);
  const first: IteratorResult<Uint8Array, undefined> = await pieces.next();
  if (!isFile && (first.done === true || isObject(first.value))) return undefined;
  const begun = first.done === true ? [] : [first.value];
  return { open: () => joined(begun, pieces), sizeBytes: announced(request) };
}

function isFileType(contentType = ""): boolean {
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return fileTypes.includes(type) || type.startsWith("multipart/");
}

/** Takes any body as the file. */
export function fileOf(request: IncomingMessage): Upload {
  refuseCompressed(request);
  return { open: () => piecesOf(request), sizeBytes: announced(request) };
}

/** After a refusal the rest is not read, and the sender can still read the answer. */
function piecesOf(request: IncomingMessage): AsyncIterator<Uint8Array, undefined> & AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false });
}

function announced({ headers }: IncomingMessage): number | undefined {
  const length = headers["content-length"];
  return length === undefined ? undefined : Number(length);
}

function refuseCompressed({ headers }: IncomingMessage): void {
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") throw compressed(encoding);
}

function isObject(bytes: Uint8Array): boolean {
  return bytes.length <= emptyObjectBytesMax && Buffer.from(bytes).toString("utf8").trimStart().startsWith("{");
}

async function* joined(begun: readonly Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* begun;
  yield* rest;
}

function compressed(encoding: string): GatewayError {
  return new GatewayError("ENCODING_NOT_SUPPORTED", {
    detail: `Bodies of Content-Encoding: ${encoding.slice(0, 100)} are not read.`,
    where: "Content-Encoding",
    cure: "Send the file as it is, without compression.",
  });
}
