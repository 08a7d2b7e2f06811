/**
 * DemoProgram: the process of one demo. It is told the module that it had last time (`{ module, env }`), may say what
 * it installs or builds (`preparing`), says the module that it serves now (`ready`), and once
 * told to (`go`) sends messages (`message`), which enter by the ingress named demo. Neighbours: demos.ts lists the programs, demo.ts applies what they say;
 * functions/ and examples/ride-sharing/demo.ts are the other end.
 * Guarantee: what it says is parsed; at most so many of its messages wait at once, what is above that is left out.
 */
import { fork, type ChildProcess } from "node:child_process";
import { z } from "zod";
import type { IngressPort } from "../../flow/ingress-port.ts";
import { neverUnheard } from "../../listener/guarded-listener.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { DemoDefinition } from "./demos.ts";

const startTimeoutMs = 15_000;
/** A model that trains, a virtual machine that warms up on a busy machine. */
const exampleStartTimeoutMs = 90_000;
/** One command that installs or builds: a first build fetches what it depends on. */
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
  /** In force already, when the gateway has been started again. */
  readonly lastModule: string | undefined;
  readonly ingress: IngressPort;
  /** What an example is started with. */
  readonly env: Readonly<Record<string, string>>;
  /** It installs or builds something first, by this command. */
  readonly preparing: (command: string) => void;
  /** Nobody waits for it any longer. */
  readonly signal: AbortSignal;
  /** It ended although nobody ended it. */
  readonly ended: (code: number | null) => void;
}

export interface DemoProgram {
  readonly ready: DemoReady;
  /** Its module is in force: from now on it sends messages. */
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
  /** Rejects with why it did not start. */
  readonly shown: Promise<DemoReady>;
  ready(shown: DemoReady): void;
  /** From now on it has so long. */
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

/** A refused message is left out; the next one comes soon. */
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
