/** The functions of the conformance suite: the first word of a message says what to do. They note what they heard. */
import { formatAddress, type Address } from "../model/address.ts";
import { callDoneTypename } from "../model/call.ts";
import { noEffects, type Effects } from "../model/effects.ts";
import type { Bindings } from "../model/endpoint-spec.ts";
import type { InvocationInput, InvocationOutcome, InvocationRequest } from "../model/invocation.ts";
import type { TypedValue } from "../model/typed-value.ts";

const textType = "io.statefun.types/string";
export const out = "shop/out";
export const shop = (id: string): Address => ({ type: "shop/cart", id });

export const bindings: Bindings = {
  endpoints: [
    {
      id: "shop/*",
      module: "test",
      namespace: "shop",
      name: "*",
      urlTemplate: "http://shop.test/",
      batchMessagesMax: 1000,
      transport: {
        callTimeoutMs: 60_000,
        connectTimeoutMs: 1_000,
        readTimeoutMs: 60_000,
        poolTtlMs: 1_000,
        poolConnectionsMax: 64,
        payloadBytesMax: 1_000_000,
        tls: undefined,
      },
    },
  ],
  egresses: [{ id: out, module: "test" }],
};

export function say(text: string): TypedValue {
  return { typename: textType, bytes: new TextEncoder().encode(text) };
}

const callDone: TypedValue = { typename: callDoneTypename, bytes: new Uint8Array() };

export function textOf(value: { readonly bytes: Uint8Array | undefined } | undefined): string | undefined {
  return value?.bytes === undefined ? undefined : new TextDecoder().decode(value.bytes);
}

export class Functions {
  /** Whether "reject" is rejected, or taken and does nothing. */
  rejects = true;
  /** The most invocations of one entity that were in flight at once. */
  inFlightAtOnceMax = 0;
  readonly #heard = new Map<string, string[]>();
  readonly #inFlight = new Map<string, number>();

  heard(address: Address): readonly string[] {
    return this.#heard.get(formatAddress(address)) ?? [];
  }

  async call(request: InvocationRequest): Promise<InvocationOutcome> {
    const name = formatAddress(request.target);
    const running = (this.#inFlight.get(name) ?? 0) + 1;
    this.#inFlight.set(name, running);
    this.inFlightAtOnceMax = Math.max(this.inFlightAtOnceMax, running);
    // A function takes a moment: what comes meanwhile waits.
    await Promise.resolve();
    this.#inFlight.set(name, running - 1);
    return this.#answer(request);
  }

  #answer({ target, state, inputs }: InvocationRequest): InvocationOutcome {
    const held = state.find(({ name }) => name === "count");
    if (held === undefined) {
      const spec = { name: "count", typename: textType, expiration: { mode: "none", afterMs: 0 } } as const;
      return { kind: "reply", reply: { kind: "incomplete", missing: [spec] } };
    }
    const texts = inputs.map(({ value }) => textOf(value) ?? "");
    if (this.rejects && texts.includes("reject")) return rejected;
    this.#heard.set(formatAddress(target), [...this.heard(target), ...texts]);
    const counted = texts.filter((text) => text.startsWith("count")).length;
    const count = String(Number(textOf(held.value) ?? 0) + counted);
    const effects = inputs.map((input, index) => effectsOf(target, texts[index] ?? "", input)).reduce(joined, noEffects);
    const mutations = counted === 0 ? [] : [{ kind: "modify", name: "count", value: say(count) } as const];
    return { kind: "reply", reply: { kind: "completed", effects: { ...effects, mutations } } };
  }
}

const rejected: InvocationOutcome = {
  kind: "failure",
  failure: { code: "REJECTED", scope: "entity", message: "never", cure: "Discard it.", retryAfterMs: undefined, raw: undefined },
};

function effectsOf(self: Address, text: string, { caller }: InvocationInput): Effects {
  const [word, what = ""] = text.split(" ");
  switch (word) {
    case "send":
      return { ...noEffects, messages: [{ target: { ...self, id: what }, value: say("told") }] };
    case "answer":
      return caller === undefined
        ? noEffects
        : { ...noEffects, messages: [word, what].map((one) => ({ target: caller, value: say(one) })) };
    case "answers":
      return caller === undefined
        ? noEffects
        : { ...noEffects, messages: [say("first"), say("second"), callDone, say("too late")].map((value) => ({ target: caller, value })) };
    case "later":
      return {
        ...noEffects,
        delayed: [{ kind: "send-after", delayMs: 20, target: self, value: say(`fired ${what}`), cancellationToken: what }],
      };
    case "cancel":
      return { ...noEffects, delayed: [{ kind: "cancel", cancellationToken: what }] };
    case "out":
      return { ...noEffects, egress: [{ egress: out, value: say(text) }] };
    case "nowhere":
      return { ...noEffects, egress: [{ egress: "shop/none", value: say(text) }] };
    default:
      return noEffects;
  }
}

function joined(a: Effects, b: Effects): Effects {
  return {
    mutations: [],
    messages: [...a.messages, ...b.messages],
    delayed: [...a.delayed, ...b.delayed],
    egress: [...a.egress, ...b.egress],
  };
}
