/**
 * WebhookIngress: takes requests at its path: it checks the signature, reads the message (webhook-message.ts), and passes it to the engine.
 * It answers once the message is durable; a repeated delivery gets the same answer and changes nothing. Neighbours: check-signature.ts;
 * listener/hooks.ts decides who may call it.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { EngineError, type IngressMessage } from "@signalbox/runtime";
import { GatewayError } from "../../contract/problem.ts";
import { problemOf } from "../../contract/problem-of.ts";
import type { HookBorder } from "../../listener/hooks.ts";
import { mustBeSingle } from "../../listener/repeated-header.ts";
import { writeProblem } from "../../listener/reply.ts";
import { readBody } from "../../listener/request-body.ts";
import type { IngressContext, OpenIngress } from "../connector.ts";
import { checkSignature, type SignedRequest } from "./check-signature.ts";
import { pointersOf, webhookMessage, type ReadRequest } from "./webhook-message.ts";
import type { WebhookSpec } from "./webhook-spec.ts";

const readHereBytesMax = 128 * 1024;
const traceHeaders: ReadonlySet<string> = new Set(["traceparent", "tracestate"]);

const signatureNames = {
  standard: "signed as Standard Webhooks sign",
  github: "signed as GitHub signs",
  stripe: "signed as Stripe signs",
  none: "not signed",
} as const;

export async function openWebhookIngress(spec: WebhookSpec, context: IngressContext): Promise<OpenIngress> {
  const hook = new Webhook(spec, context);
  const closeHook = context.hooks.open({
    path: spec.path,
    border: borderOf(spec),
    unproven: spec.signature.kind === "none" ? { ingress: context.id, type: spec.target } : undefined,
    summary: `Messages for ${spec.target} (ingress ${context.id}), ${signatureNames[spec.signature.kind]}`,
    handle: (request, response) => hook.handle(request, response),
  });
  return {
    async close() {
      closeHook();
      await hook.ended();
    },
  };
}

function borderOf({ anyHost, signature }: WebhookSpec): HookBorder {
  if (signature.kind === "none") return "silent-browsers-not";
  return anyHost ? "any-name" : "own-names";
}

/** The outcome of a delivery. The ids are absent for a repeat whose body differs from the first one's. */
interface Taken {
  readonly messageId?: number;
  readonly traceId?: number;
  readonly repeated: boolean;
}

class Webhook {
  readonly #spec: WebhookSpec;
  readonly #context: IngressContext;
  /** The deliveries that are not durable yet. */
  readonly #underWay = new Map<string, Promise<unknown>>();
  #wrongSignatures = 0;

  constructor(spec: WebhookSpec, context: IngressContext) {
    this.#spec = spec;
    this.#context = context;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const { held, messageBytesMax } = this.#context;
    const where = `/hooks/${this.#spec.path}`;
    readBody({ request, response }, { bytesMax: messageBytesMax, held }, (body) => {
      this.#take(request, body).then(
        ({ messageId, traceId, repeated }) => {
          if (response.destroyed) return;
          const text = `${JSON.stringify({ messageId, traceId, repeated })}\n`;
          response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) }).end(text);
        },
        (error: unknown) => {
          const problem = problemOf(error, where);
          this.#context.count(countedAs[problem.code] ?? "refused");
          if (problem.code === "INTERNAL") this.#context.logError(error, where);
          writeProblem(response, problem);
        },
      );
    });
  }

  /** Resolves once all deliveries are durable or have failed. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#underWay.values());
  }

  async #take(request: IncomingMessage, body: Buffer | Error): Promise<Taken> {
    if (body instanceof Error) throw body;
    const signed: SignedRequest = { body, header: (name) => headerOf(request, name) };
    const check = checkSignature(this.#spec.signature, signed, this.#context.nowMs());
    if (check.kind === "wrong") throw this.#wrongSignature(check.reason);
    const message = webhookMessage(this.#context.id, this.#spec, { ...signed, read: await this.#read(body) });
    // An earlier delivery with the same key decides whether this one is a repeat.
    await this.#underWay.get(message.idempotencyKey ?? "")?.catch(() => undefined);
    const accepted = await this.#accept(message);
    this.#context.count(accepted.repeated ? "repeated" : "taken");
    return accepted;
  }

  /** Large bodies are read in another thread, because megabytes of JSON would hold this one for too long. */
  async #read(body: Buffer): Promise<ReadRequest["read"]> {
    const pointers = pointersOf(this.#spec);
    if (pointers === undefined || body.length <= readHereBytesMax) return undefined;
    return { found: await this.#context.lookUp(body, pointers) };
  }

  async #accept(message: IngressMessage): Promise<Taken> {
    const { idempotencyKey } = message;
    const accepting = this.#context.door.accept(message);
    const key = idempotencyKey ?? "";
    const known = idempotencyKey !== undefined && !this.#underWay.has(key);
    if (known) this.#underWay.set(key, accepting);
    try {
      return await accepting;
    } catch (error) {
      // A sender may write some fields anew when it repeats a delivery. By its id it is the same delivery, and the first one is durable.
      if (error instanceof EngineError && error.code === "IDEMPOTENCY_KEY_REUSED") return { repeated: true };
      if (error instanceof EngineError && error.code === "UNKNOWN_FUNCTION_TYPE") throw nobodyServes(message.target.type, error);
      throw error;
    } finally {
      if (known) this.#underWay.delete(key);
    }
  }

  #wrongSignature(reason: string): GatewayError {
    this.#wrongSignatures++;
    const times = this.#wrongSignatures === 1 ? "once" : `${this.#wrongSignatures} times`;
    const at = new Date(this.#context.nowMs()).toISOString();
    this.#context.note({
      what: `A request was refused for its signature ${times}, last at ${at}: ${reason}.`,
      cure: "Compare the secret and the clock with the sender's; if they are right, somebody else knocked.",
    });
    return new GatewayError("WRONG_SIGNATURE", {
      detail: reason,
      where: "signature",
      cure: "Sign the request with a secret that the ingress has, with the time of now.",
    });
  }
}

const countedAs: Readonly<Record<string, string>> = {
  WRONG_SIGNATURE: "wrong-signature",
  NOT_ROUTABLE: "not-routable",
  INVALID_VALUE: "invalid-value",
  BODY_TOO_LARGE: "too-large",
};

/**
 * Refuses a repeated header, because nobody can know which of the two counts. Trace headers are not checked, because nothing depends on
 * them.
 */
function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  if (!traceHeaders.has(name)) mustBeSingle(request, name);
  return typeof value === "string" ? value : undefined;
}

function nobodyServes(type: string, { cure }: EngineError): GatewayError {
  return new GatewayError("NOT_ROUTABLE", { detail: `no endpoint serves ${type} now`, where: "target", cure });
}
