/**
 * isolationGap: why a global of browsers or Node does not exist for functions in isolation, and what to do instead. Neighbours: the
 * engine's transport-failure.ts names it in failures; apps/gateway/src/isolation says it of sources that are loaded or tried. A name that
 * is not here is a name like any other that nobody has defined.
 */
export interface IsolationGap {
  readonly name: string;
  /** The rest of a sentence that begins with the name. */
  readonly why: string;
  readonly cure: string;
}

const elsewhere = "have the functions run co-located (io.signalbox.endpoints.v1/process) or remote";

interface Group extends Omit<IsolationGap, "name"> {
  readonly names: readonly string[];
}

const groups: readonly Group[] = [
  {
    names: ["setTimeout", "setInterval", "setImmediate", "scheduler", "requestAnimationFrame", "requestIdleCallback"],
    why: "isolated functions have no timers: nothing of a call goes on after its answer, and a call that only waits holds its place",
    cure: `Send a message to yourself with ctx.sendAfter, which waits durably; or ${elsewhere}.`,
  },
  {
    names: ["clearTimeout", "clearInterval", "clearImmediate"],
    why: "isolated functions have no timers",
    cure: `Give ctx.sendAfter a token and take the message back with ctx.cancel; or ${elsewhere}.`,
  },
  {
    names: ["fetch", "Request", "Response", "Headers", "FormData", "Blob", "File", "WebSocket", "EventSource", "XMLHttpRequest"],
    why: "isolated functions have no network",
    cure: `Send what is to leave to an egress (ctx.egress) and take the answer as a message; or ${elsewhere}.`,
  },
  {
    names: ["process"],
    why: "isolated functions have no environment and nothing of Node",
    cure: `Write the value into the source or send it with the message; or ${elsewhere}.`,
  },
  {
    names: ["Buffer"],
    why: "isolated functions have nothing of Node",
    cure: `Use Uint8Array with TextEncoder and TextDecoder, and atob and btoa for base64; or ${elsewhere}.`,
  },
  {
    names: ["require", "module", "exports", "global", "__dirname", "__filename", "Deno", "Bun"],
    why: "isolated functions have nothing of Node, and are one file that may import @signalbox/functions and zod",
    cure: `Import those alone and use globalThis; or ${elsewhere}.`,
  },
  {
    names: ["import()"],
    why: "isolated functions are one file, of which nothing is loaded while it runs",
    cure: `Import @signalbox/functions and zod at its head, and bundle files of your own into it; or ${elsewhere}.`,
  },
  {
    names: ["crypto"],
    why: "isolated functions have no secrets and no source of randomness of their own",
    cure: `Draw with ctx.random(), which is the same when the message is tried again; for keys and digests ${elsewhere}.`,
  },
  {
    names: ["performance"],
    why: "isolated functions have no fine clock",
    cure: "Take ctx.now, which is the same when the message is tried again, or Date.now().",
  },
  {
    names: ["Worker", "SharedWorker", "MessageChannel", "MessagePort", "BroadcastChannel"],
    why: "isolated functions start no threads",
    cure: `Send the work to another entity with ctx.send; or ${elsewhere}.`,
  },
  {
    names: ["AbortController", "AbortSignal", "Event", "EventTarget", "ReadableStream", "WritableStream", "TransformStream"],
    why: "nothing runs beside a call of an isolated function that could be given up or listened to",
    cure: `Leave it out; or ${elsewhere}.`,
  },
  {
    names: ["WebAssembly"],
    why: "isolated functions run no compiled code of their own",
    cure: `Write it in TypeScript; or ${elsewhere}.`,
  },
  {
    names: ["localStorage", "sessionStorage", "indexedDB", "caches"],
    why: "isolated functions keep nothing beside their states",
    cure: "Declare a state and keep it there (ctx.state).",
  },
  {
    names: ["window", "self", "document", "navigator", "location"],
    why: "no browser runs a function",
    cure: `Leave it out and use globalThis; or ${elsewhere}.`,
  },
];

const gaps: ReadonlyMap<string, IsolationGap> = new Map(
  groups.flatMap(({ names, why, cure }) => names.map((name) => [name, { name, why, cure }] as const)),
);

export function isolationGap(name: string): IsolationGap | undefined {
  return gaps.get(name);
}
