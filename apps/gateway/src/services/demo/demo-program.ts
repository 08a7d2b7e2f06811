/**
 * DemoProgram: the process of one demo. The gateway sends it the module that it had last time (`{ module, env }`). It may report what it
 * installs or builds (`preparing`), then reports the module that it serves now (`ready`), and after `go` sends messages (`message`), which
 * enter by the ingress named demo. Neighbours: demos.ts lists the programs, demo.ts applies what they say; functions/ and
 * examples/ride-sharing/demo.ts are the other end. Guarantee: everything that it sends is parsed; a bounded number of its messages waits at
 * once, and further ones are dropped.
 */
import { fork, type ChildProcess } from "node:child_process";
import { z } from "zod";
import type { IngressPort } from "../../flow/ingress-port.ts";
import { neverUnheard } from "../../listener/guarded-listener.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { DemoDefinition } from "./demos.ts";

const startTimeoutMs = 15_000;
/** Long enough for a model that trains, or for a JVM that starts on a busy machine. */
const exampleStartTimeoutMs = 90_000;
/** The limit of one command that installs or builds; a first build fetches its dependencies. */
const prepareTimeoutMs = 600_000;
const stopTimeoutMs = 500;
const messagesWaitingMax = 256;
const saidCharactersMax = 2_000;

const ready = z.object({ module: z.string(), egresses: z.array(z.string()), note: z.string().optional() });
const said = z.union([
  z.object({ ready }),
  z.object({ preparing: z.string().max(saidCharactersMax) }),
  z.object({ message: z.object({ type: z.string(), id: z.string(), typename: z.string(), text: z.string() }) }),
]);

export type DemoReady = z.output<typeof ready>;

export interface DemoProgramOptions {
  readonly definition: DemoDefinition;
  /** The module that is in force already, after a restart of the gateway. */
  readonly lastModule: string | undefined;
  readonly ingress: IngressPort;
  /** The environment that an example is started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Called when it first installs or builds something, with the command. */
  readonly preparing: (command: string) => void;
  /** Aborts when nobody waits for the program any longer. */
  readonly signal: AbortSignal;
  /** Called when it ended although nobody ended it. */
  readonly ended: (code: number | null) => void;
}

export interface DemoProgram {
  readonly ready: DemoReady;
  /** Tells it that its module is in force, so that it begins to send messages. */
  go(): void;
  end(): Promise<void>;
}

/** Resolves once the functions answer. */
export async function startDemoProgram(options: DemoProgramOptions): Promise<DemoProgram> {
  const { definition, lastModule, ingress, env, preparing, ended } = options;
  const parameters = [...(definition.parameters ?? [])];
  const child = fork(definition.program, parameters, { stdio: ["ignore", "ignore", "pipe", "ipc"], execArgv: [] });
  neverUnheard(child);
  if (child.stderr !== null) neverUnheard(child.stderr);
  const start = watchStart(child, options);
  const take = takeMessages(ingress);
  child.on("message", (bytes) => {
    const message = said.safeParse(bytes);
    if (!message.success) return;
    if ("ready" in message.data) start.ready(message.data.ready);
    else if ("preparing" in message.data) {
      start.within(prepareTimeoutMs);
      preparing(message.data.preparing);
    } else take(message.data.message);
  });
  child.send({ module: lastModule, env });
  const shown = await start.shown;
  let wanted = false;
  child.once("exit", (code) => {
    if (!wanted) ended(code);
  });
  return {
    ready: shown,
    go: () => void child.send({ go: true }),
    async end() {
      wanted = true;
      await endProcess(child);
    },
  };
}

interface Start {
  /** Rejects with the reason why it did not start. */
  readonly shown: Promise<DemoReady>;
  ready(shown: DemoReady): void;
  /** Sets its time limit, counted from now. */
  within(limitMs: number): void;
}

function watchStart(child: ChildProcess, { definition, signal }: DemoProgramOptions): Start {
  const heard = Promise.withResolvers<DemoReady>();
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr = (stderr + chunk.toString("utf8")).slice(-saidCharactersMax);
  });
  const fail = (why: string): void =>
    heard.reject(
      new GatewayError("DEMO_FAILED", {
        detail: `The functions of "${definition.title}" did not start: ${why}. ${stderr}`.trim(),
        where: "demo",
        cure: "Look at the gateway's log, then start the demo again.",
      }),
    );
  child.once("error", (error) => fail(error.message));
  child.once("exit", (code) => fail(`the process ended with code ${code ?? "none"}`));
  const abort = (): void => fail("it was stopped before it had started");
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  const timerOf = (limitMs: number): NodeJS.Timeout => setTimeout(() => fail(`no answer in ${limitMs} ms`), limitMs);
  let timer = timerOf(definition.mark === undefined ? startTimeoutMs : exampleStartTimeoutMs);
  const over = (): void => {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  };
  const shown = heard.promise.then(
    (ready) => {
      over();
      return ready;
    },
    async (error: unknown) => {
      over();
      await endProcess(child);
      throw error;
    },
  );
  return {
    shown,
    ready: heard.resolve,
    within(limitMs) {
      clearTimeout(timer);
      timer = timerOf(limitMs);
    },
  };
}

/** A refused message is dropped, because the next one comes soon. */
function takeMessages(ingress: IngressPort): (message: { type: string; id: string; typename: string; text: string }) => void {
  let waiting = 0;
  return ({ type, id, typename, text }) => {
    if (waiting >= messagesWaitingMax) return;
    waiting += 1;
    const answered = (): void => void (waiting -= 1);
    void ingress.accept({ target: { type, id }, value: { typename, bytes: Buffer.from(text) } }).then(answered, answered);
  };
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
  child.kill("SIGTERM");
  await over;
  clearTimeout(timer);
}
