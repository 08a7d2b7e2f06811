/**
 * People of a gateway where callers have to sign in: the first admin by the set-up link, others by invitations, and tokens of all roles.
 */
import type { Grant, Role } from "../../src/contract/roles.ts";
import { startGateway, type TestGateway } from "./start-gateway.ts";

export const goodPassword = "a long enough password";

export interface PeopleStand extends AsyncDisposable {
  readonly box: TestGateway;
  /** The cookie of the first person, who may do everything. */
  readonly adminCookie: string;
  ask(path: string, options?: Asked): Promise<Response>;
  /** Asks as the first person and resolves with the answer. Rejects when it is refused. */
  made<T>(path: string, asked?: Asked): Promise<T>;
  /** Resolves with the token. */
  token(asked: { name?: string; grants?: Grant[]; ingress?: string }): Promise<{ id: string; token: string }>;
  invite(name: string, grants: Grant[]): Promise<{ id: string; code: string }>;
  /** Signs in and resolves with the cookie. */
  signIn(name: string, password?: string): Promise<string>;
}

export interface Asked {
  readonly method?: string;
  readonly json?: unknown;
  readonly body?: string;
  readonly cookie?: string;
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

export async function startPeopleStand(parts: Omit<Parameters<typeof startGateway>[0], "login"> = {}): Promise<PeopleStand> {
  const box = await startGateway({ ...parts, login: "on" });
  const ask = (path: string, { method, json, body, cookie, token, headers }: Asked = {}): Promise<Response> =>
    box.fetch(path, {
      method: method ?? (json === undefined && body === undefined ? "GET" : "POST"),
      ...(json === undefined ? (body === undefined ? {} : { body }) : { body: JSON.stringify(json) }),
      redirect: "manual",
      headers: {
        ...headers,
        ...(cookie === undefined ? {} : { cookie }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    });
  const code = box.gateway.core.identity.firstLink() ?? "";
  const adminCookie = cookieOf(await ask("/v1/setup", { json: { code, name: "ada", password: goodPassword } }));
  const made = async <T>(path: string, asked: Asked = {}): Promise<T> => {
    const json = path.startsWith("/trpc/") ? { "content-type": "application/json" } : {};
    const answer = await ask(path, { ...asked, headers: { ...json, ...asked.headers }, cookie: adminCookie });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text === "" ? "{}" : text) as T;
  };
  return {
    box,
    adminCookie,
    ask,
    made,
    token: (asked) => made("/v1/tokens", { json: { name: "robot", ...asked } }),
    invite: async (name, grants) => {
      const { id, link } = await made<{ id: string; link: { code: string } }>("/v1/people", { json: { name, grants } });
      return { id, code: link.code };
    },
    signIn: async (name, password = goodPassword) => cookieOf(await ask("/v1/session", { json: { name, password } })),
    [Symbol.asyncDispose]: () => box[Symbol.asyncDispose](),
  };
}

/** Returns the cookie as a browser sends back what the answer set. */
export function cookieOf(answer: Response): string {
  const [cookie = ""] = answer.headers.getSetCookie();
  if (!answer.ok) throw new Error(`signing in was answered ${answer.status}`);
  return cookie.split(";", 1)[0] ?? "";
}

export async function codeOf(answer: Response): Promise<string> {
  const body = (await answer.json().catch(() => ({}))) as { code?: string };
  return `${answer.status} ${body.code ?? ""}`.trim();
}

export const everywhere = (role: Role): Grant[] => [{ role, namespace: "*" }];
