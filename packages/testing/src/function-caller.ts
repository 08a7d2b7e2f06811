/**
 * FunctionCaller: calls the functions under test as the engine's transport would: request bytes in, reply bytes out, every failure named.
 * Asked to, it calls each function twice with the same request and refuses a difference: hidden time, chance or memory would otherwise
 * show only when a real call is repeated. Neighbours: testbox.ts owns it; @signalbox/functions dispatches.
 */
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime";
import { callOverTheWire } from "@signalbox/engine/testing";
import { createDispatcher, type AnyEntity, type Dispatcher, type Outcome } from "@signalbox/functions";
import { Look } from "./look.ts";
import { shownEffects } from "./shown-effects.ts";

export interface CallerOptions {
  readonly askTwice: boolean;
  /** The real time that a handler may take. */
  readonly handlerTimeoutMs: number;
}

export interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly text: string;
}

/** A function answered one request in two ways. */
export class HiddenInput extends Error {
  override readonly name = "HiddenInput";
}

/** A handler asked for something after it had ended: on a real system it is lost, and only a line in the log says so. */
export class LateEffect extends Error {
  override readonly name = "LateEffect";
}

/** A handler has not ended, and nothing says that it ever will. */
export class StuckHandler extends Error {
  override readonly name = "StuckHandler";
}

/** What no reply shows; it is a mistake in the function, not something that the function's data could bring about. */
export type Mistake = HiddenInput | LateEffect | StuckHandler;

/** Saved before a test runner's fake timers can replace them: a box waits for handlers in real time. */
const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;

export class FunctionCaller {
  readonly lines: LogLine[] = [];
  /** The first mistake that no reply shows. */
  mistake: Mistake | undefined;
  readonly #dispatcher: Dispatcher;
  readonly #options: CallerOptions;
  readonly #look: Look;

  constructor(entities: readonly AnyEntity[], options: CallerOptions) {
    this.#options = options;
    this.#look = new Look(entities);
    this.#dispatcher = createDispatcher(entities, {
      log: (level, text) => void this.lines.push({ level, text }),
      late: (text) => void (this.mistake ??= new LateEffect(text)),
    });
  }

  call(request: InvocationRequest): Promise<InvocationOutcome> {
    return callOverTheWire(request, async (bytes) => {
      const outcome = await this.#ask(request, bytes);
      if (this.#options.askTwice && !(this.mistake instanceof StuckHandler))
        await this.#compare(request, outcome, await this.#ask(request, bytes));
      return outcome.kind === "reply" ? outcome : { kind: "failure", ...failureOf(outcome) };
    });
  }

  async #ask({ target, inputs }: InvocationRequest, bytes: Uint8Array): Promise<Outcome> {
    const { handlerTimeoutMs } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Outcome>((done) => {
      timer = realSetTimeout(() => {
        const types = [...new Set(inputs.map(({ value }) => value.typename))].join(", ");
        const reason =
          `${target.type}/${target.id}: the handler of ${types} has not ended after ${handlerTimeoutMs} ms of real time. ` +
          "It waits for something that does not come (a promise that nothing resolves, a timer that the test runner fakes); " +
          "if it is only slow, raise handlerTimeoutMs in the options of the box";
        this.mistake ??= new StuckHandler(reason);
        done({ kind: "threw", reason });
      }, handlerTimeoutMs);
    });
    try {
      return await Promise.race([this.#dispatcher.dispatch(bytes), late]);
    } finally {
      realClearTimeout(timer);
    }
  }

  async #compare(request: InvocationRequest, first: Outcome, second: Outcome): Promise<void> {
    if (this.mistake !== undefined || same(first, second)) return;
    const { type, id } = request.target;
    const [one, other] = [await this.#shown(request, first), await this.#shown(request, second)];
    this.mistake ??= new HiddenInput(
      `${type}/${id} answered the same request in two ways. It depends on something beside its message and state: ` +
        `the time, chance, or what it remembers between calls.\n  first:  ${one}\n  second: ${other}`,
    );
  }

  async #shown(request: InvocationRequest, outcome: Outcome): Promise<string> {
    if (outcome.kind !== "reply") return `${outcome.kind}: ${outcome.reason}`;
    const read = await callOverTheWire(request, () => Promise.resolve(outcome));
    return read.kind === "reply" && read.reply.kind === "completed" ? shownEffects(read.reply.effects, this.#look) : "asks for its states";
  }
}

function same(first: Outcome, second: Outcome): boolean {
  if (first.kind === "reply" && second.kind === "reply") return Buffer.from(first.bytes).equals(Buffer.from(second.bytes));
  return first.kind === second.kind;
}

function failureOf(outcome: Exclude<Outcome, { kind: "reply" }>) {
  const message = outcome.reason;
  switch (outcome.kind) {
    case "rejected":
      return { code: "REJECTED", scope: "entity", message } as const;
    case "retry-later":
      return { code: "RETRY_LATER", scope: "entity", message, retryAfterMs: outcome.afterMs } as const;
    case "malformed":
    case "unknown-type":
      return { code: "REPLY_STATUS", scope: "entity", message } as const;
    case "threw":
      return { code: "ENDPOINT_ERROR", scope: "suspect", message } as const;
  }
}
