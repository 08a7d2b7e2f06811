/**
 * Hooks: paths below /hooks/ on the gateway's own HTTP port that connectors answer, each for as long as its connector is open.
 * Neighbours: server.ts passes on requests for them before its own routes; connector.ts gives them to kinds; openapi.ts lists them.
 * Guarantee: the rules of site-rules.ts hold here too: each hook says which of them, and no page of another site reaches one.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Principal } from "../contract/principal.ts";
import { GatewayError } from "../contract/problem.ts";
import { problemOf } from "../contract/problem-of.ts";
import { mustBeAllowedToSend } from "../identity/message-gate.ts";
import { writeProblem } from "./reply.ts";
import type { SiteRules } from "./site-rules.ts";

export const hooksPrefix = "/hooks/";

/**
 * Which requests are accepted. `own-names`: those that use one of the gateway's names and come from no page of another site. `any-name`:
 * any name, because each request proves who sends it. `silent-browsers-not`: as own-names, but a browser must also say where a request
 * comes from, because nothing else proves it.
 */
export type HookBorder = "own-names" | "any-name" | "silent-browsers-not";

export interface Hook {
  /** The path after the prefix. */
  readonly path: string;
  readonly border: HookBorder;
  /** Set where a request proves nothing by itself. Where people have to sign in, the caller must bring a token that may send this way. */
  readonly unproven?: { readonly ingress: string; readonly type: string } | undefined;
  /** One sentence for OpenAPI. */
  readonly summary: string;
  /** Takes a POST whose body is not read yet. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

export interface HookRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly site: SiteRules;
  readonly principal: Principal;
}

export class Hooks {
  readonly #hooks = new Map<string, Hook>();

  /** Opens the hook and returns a function that closes it. Throws when the path is taken. */
  open(hook: Hook): () => void {
    if (this.#hooks.has(hook.path)) throw new Error(`${hooksPrefix}${hook.path} is answered already`);
    this.#hooks.set(hook.path, hook);
    return () => {
      if (this.#hooks.get(hook.path) === hook) this.#hooks.delete(hook.path);
    };
  }

  list(): Hook[] {
    return [...this.#hooks.values()].sort((a, b) => a.path.localeCompare(b.path));
  }

  /** `url` begins with the prefix. */
  serve(url: string, { request, response, site, principal }: HookRequest): void {
    const query = url.indexOf("?");
    const path = query < 0 ? url : url.slice(0, query);
    const hook = this.#hooks.get(path.slice(hooksPrefix.length));
    response.setHeader("cache-control", "no-store");
    response.setHeader("x-content-type-options", "nosniff");
    const refusal = borderRefusal(hook?.border ?? "own-names", request, site) ?? routeRefusal(hook, request.method, path);
    if (refusal !== undefined || hook === undefined) return writeProblem(response, problemOf(refusal, path));
    if (hook.unproven !== undefined) mustBeAllowedToSend(principal, hook.unproven.ingress, hook.unproven.type);
    hook.handle(request, response);
  }
}

function borderRefusal(border: HookBorder, request: IncomingMessage, site: SiteRules): GatewayError | undefined {
  switch (border) {
    case "own-names":
      return site.refusal(request);
    case "any-name":
      return site.refusalOfPage(request);
    case "silent-browsers-not":
      return site.refusalWhereAllActs(request);
  }
}

function routeRefusal(hook: Hook | undefined, method: string | undefined, path: string): GatewayError | undefined {
  if (hook === undefined) {
    const detail = `Nothing is answered at ${path.slice(0, 200)}.`;
    return new GatewayError("UNKNOWN_ROUTE", {
      detail,
      where: path,
      cure: "GET /v1/connectors says which ingress is open, and its module the path.",
    });
  }
  if (method === "POST") return undefined;
  return new GatewayError("METHOD_NOT_ALLOWED", { detail: `${String(method)} is not possible here.`, where: path, cure: "Use POST." });
}
