/**
 * AttackStand: a gateway process where whoever asks has to sign in, with the first admin, and functions of the namespace `example` behind
 * it; and what an attacker has: requests of any form. Neighbours: the tests of this folder.
 */
import { cookieOf } from "../../apps/gateway/test/support/people-stand.ts";
import { Functions, endpointYaml } from "../stack/functions.ts";
import { Gateway, type GatewayPlace } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

export const attackPassword = "a long enough password";

export interface Asked {
  readonly method?: string;
  readonly json?: unknown;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

export class AttackStand implements AsyncDisposable {
  readonly gateway: Gateway;
  /** The cookie of the first person, who may do everything. */
  readonly admin: string;
  readonly #functions: Functions;

  private constructor(gateway: Gateway, functions: Functions, admin: string) {
    this.gateway = gateway;
    this.#functions = functions;
    this.admin = admin;
  }

  static async start(env: Record<string, string> = {}, place: GatewayPlace = {}): Promise<AttackStand> {
    const functions = await Functions.start("examples/greeter-javascript/functions.js");
    const gateway = await Gateway.start({ SIGNALBOX_LOGIN: "on", ...env }, place);
    const code = await until(() => /setup#(\S+)/.exec(gateway.output)?.[1], { what: "the set-up link" });
    const json = { code, name: "ada", password: attackPassword };
    const stand = new AttackStand(gateway, functions, cookieOf(await ask(gateway, "/v1/setup", { json })));
    await stand.made("/v1/modules/greeter", { method: "PUT", body: endpointYaml("example/*", functions.url) });
    return stand;
  }

  ask(path: string, asked: Asked = {}): Promise<Response> {
    return ask(this.gateway, path, asked);
  }

  /** Does something as the admin; it must succeed. */
  async made<T>(path: string, asked: Asked): Promise<T> {
    const json = path.startsWith("/trpc/") ? { "content-type": "application/json" } : {};
    const answer = await this.ask(path, { ...asked, headers: { ...json, cookie: this.admin, ...asked.headers } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text === "" ? "{}" : text) as T;
  }

  token(grants: unknown, name = "robot"): Promise<{ id: string; token: string }> {
    return this.made("/v1/tokens", { json: { name, grants } });
  }

  /** Makes a person with these roles and returns their cookie. */
  async person(name: string, grants: unknown): Promise<{ id: string; cookie: string }> {
    const { id, link } = await this.made<{ id: string; link: { code: string } }>("/v1/people", { json: { name, grants } });
    return { id, cookie: cookieOf(await this.ask("/v1/setup", { json: { code: link.code, password: attackPassword } })) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await this.#functions[Symbol.asyncDispose]();
  }
}

function ask({ url }: Gateway, path: string, { method, json, body, headers = {} }: Asked): Promise<Response> {
  const sent = json === undefined ? body : JSON.stringify(json);
  return fetch(url + path, {
    method: method ?? (sent === undefined ? "GET" : "POST"),
    redirect: "manual",
    headers,
    ...(sent === undefined ? {} : { body: sent }),
  });
}

/** The status and code of an answer, such as `403 FORBIDDEN`. */
export async function codeOf(answer: Response): Promise<string> {
  const text = await answer.text();
  return `${answer.status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? ""}`.trim();
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
