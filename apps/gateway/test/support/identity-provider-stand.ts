/** A real OpenID provider (oidc-provider) on a free port of this machine, and a browser's way through it: the login and consent forms are sent as a person would. */
import { createServer, type Server } from "node:http";
import Provider from "oidc-provider";

export interface Account {
  readonly sub: string;
  readonly preferred_username?: string;
  readonly groups?: readonly string[];
}

export class IdentityProviderStand implements AsyncDisposable {
  readonly issuer: string;
  /** The accounts that the login form lets in, by the typed name; it asks for no password. */
  readonly accounts = new Map<string, Account>();
  readonly #server: Server;

  private constructor(issuer: string, server: Server) {
    this.issuer = issuer;
    this.#server = server;
  }

  static async start(redirectUri: string): Promise<IdentityProviderStand> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the provider has no port");
    const stand = new IdentityProviderStand(`http://127.0.0.1:${address.port}`, server);
    const provider = new Provider(stand.issuer, {
      clients: [{ client_id: "signalbox", client_secret: "a-secret-of-tests", redirect_uris: [redirectUri], response_types: ["code"] }],
      claims: { openid: ["sub"], profile: ["preferred_username", "groups"] },
      // The ID token has these claims, as with most providers.
      conformIdTokenClaims: false,
      features: { devInteractions: { enabled: true } },
      findAccount: (_context, id) => {
        const account = stand.accounts.get(id);
        return account === undefined ? undefined : { accountId: id, claims: () => ({ ...account, groups: [...(account.groups ?? [])] }) };
      },
      cookies: { keys: ["only of tests"] },
    });
    const answer = provider.callback();
    server.on("request", (request, response) => void answer(request, response));
    return stand;
  }

  /** Walks from where the gateway sends the browser to where the provider sends it back. */
  async walk(location: string, account: string): Promise<URL> {
    const jar = new Map<string, string>();
    const ask = async (url: string, form?: Record<string, string>): Promise<Response> => {
      const answer = await fetch(url, {
        redirect: "manual",
        headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
        ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
      });
      for (const cookie of answer.headers.getSetCookie()) {
        const [pair = ""] = cookie.split(";");
        const at = pair.indexOf("=");
        jar.set(pair.slice(0, at), pair.slice(at + 1));
      }
      return answer;
    };
    let answer = await ask(location);
    for (let hops = 0; hops < 20; hops++) {
      const next = answer.headers.get("location");
      if (next !== null) {
        const url = new URL(next, this.issuer);
        if (url.origin !== this.issuer) return url;
        answer = await ask(url.href);
        continue;
      }
      const page = await answer.text();
      const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
      const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
      if (action === undefined || prompt === undefined) throw new Error(`the provider shows no form: ${page.slice(0, 500)}`);
      answer = await ask(new URL(action, this.issuer).href, { prompt, ...(prompt === "login" ? { login: account, password: "x" } : {}) });
    }
    throw new Error("the provider sends the browser round in circles");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
