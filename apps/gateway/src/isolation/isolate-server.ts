/**
 * serveIsolate: serves isolated functions over HTTP at a Unix domain socket, in the remote protocol like every other function.
 * Neighbours: isolate-calls.ts answers; the engine's transport for co-located functions calls.
 * Guarantee: requests hold at most requestBytesMax each and requestBytesInAllMax in sum; beyond that the engine is told to slow down.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createGuardedServer } from "../listener/guarded-listener.ts";
import type { Answer } from "./isolate.ts";
import type { CallOutcome, IsolateCalls } from "./isolate-calls.ts";
import type { IsolateTask } from "./isolate-task.ts";
import { missingGlobal } from "./missing-global.ts";

const requestBytesMax = 64 * 1024 * 1024;
const requestBytesInAllMax = 128 * 1024 * 1024;

interface HttpAnswer {
  readonly status: number;
  readonly body: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function serveIsolate(calls: IsolateCalls, task: IsolateTask, socketPath: string): Promise<Server> {
  const held = { bytes: 0 };
  const server = createGuardedServer({
    handle: async (request, response) => write(response, await answer(request, { calls, task, held })),
    // The caller went away in the middle of its request, so there is nobody to answer.
    failed: (_error, _request, response) => response.destroy(),
  });
  return new Promise((listening, failed) => {
    server.once("error", failed);
    server.listen({ path: socketPath }, () => listening(server));
  });
}

interface Parts {
  readonly calls: IsolateCalls;
  readonly task: IsolateTask;
  readonly held: { bytes: number };
}

async function answer(request: IncomingMessage, { calls, task, held }: Parts): Promise<HttpAnswer> {
  if (request.method !== "POST") return { status: 405, body: "a function is called with POST" };
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      bytes += part.length;
      held.bytes += part.length;
      if (bytes > requestBytesMax) return { status: 413, body: `a request holds at most ${requestBytesMax} bytes` };
      if (held.bytes > requestBytesInAllMax && held.bytes > bytes)
        return { status: 503, body: "requests hold all the memory that they may have" };
      parts.push(part);
    }
    return httpAnswer(await calls.call(Buffer.concat(parts, bytes)), task);
  } finally {
    held.bytes -= bytes;
  }
}

function httpAnswer(outcome: CallOutcome, task: IsolateTask): HttpAnswer {
  switch (outcome.kind) {
    case "answered":
      return functionAnswer(outcome.answer);
    case "overdue": {
      const body = `CALL_TIMEOUT: a call took longer than limits.callTimeout (${task.callTimeoutMs} ms), or waits for what never comes`;
      return { status: 500, body, headers: { "signalbox-outcome": "overdue" } };
    }
    case "out-of-memory": {
      const body = `CALL_OUT_OF_MEMORY: a call used more than limits.memoryMiB (${task.memoryMiBMax} MiB)`;
      return { status: 500, body, headers: { "signalbox-outcome": "out-of-memory" } };
    }
    case "refused":
      return { status: 500, body: `${outcome.problem.code}: ${outcome.problem.message}` };
  }
}

function functionAnswer(answered: Answer): HttpAnswer {
  switch (answered.kind) {
    case "reply":
      return { status: 200, body: answered.bytes };
    case "malformed":
      return { status: 400, body: answered.reason };
    case "unknown-type":
      return { status: 404, body: answered.reason };
    case "rejected":
      return { status: 422, body: answered.reason, headers: { "signalbox-outcome": "reject" } };
    case "retry-later": {
      const headers = { "signalbox-outcome": "retry-later", "retry-after": String(Math.ceil(answered.afterMs / 1000)) };
      return { status: 500, body: answered.reason, headers };
    }
    case "threw": {
      const missing = missingGlobal(answered.reason);
      return { status: 500, body: answered.reason, headers: missing === undefined ? {} : { "signalbox-outcome": `missing ${missing}` } };
    }
  }
}

function write(response: ServerResponse, { status, body, headers = {} }: HttpAnswer): void {
  const bytes = typeof body === "string" ? Buffer.from(`${body}\n`) : body;
  const type = typeof body === "string" ? "text/plain; charset=utf-8" : "application/octet-stream";
  response.writeHead(status, { "content-type": type, "content-length": String(bytes.length), ...headers });
  response.end(bytes);
}
