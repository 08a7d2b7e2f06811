/**
 * SiteRules: which names the gateway answers to, and which web pages may speak to it. With a name that is not ours and yet leads here, a
 * page can make a browser take us for its own server (DNS rebinding); an Origin that is not ours is a page of another site.
 * Neighbours: server.ts, hooks.ts, fast-path-server.ts and the playground ask it before anything is read; decision 31 says why.
 * Guarantee: a browser that shows another site's page can make none of our ports do or tell anything.
 */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { isLoopback } from "./loopback.ts";
import { hostname } from "node:os";
import { GatewayError } from "../contract/problem.ts";

export interface SiteOptions {
  /** The host that the ports are bound to. */
  readonly host: string;
  /** More names; `.name` stands for all names below it, `*` for every name. */
  readonly allowedHosts: readonly string[];
  /** Origins (scheme, name and port) of the pages that may call. Their host names count as ours too. */
  readonly allowedOrigins: readonly string[];
}

interface Authority {
  readonly name: string;
  readonly port: number | undefined;
}

export class SiteRules {
  readonly #names: ReadonlySet<string>;
  readonly #below: readonly string[];
  readonly #anyName: boolean;
  /** True when any numeric address is accepted, because it cannot be made to lead elsewhere. On loopback no other address is needed. */
  readonly #anyAddress: boolean;
  readonly #origins: ReadonlySet<string>;

  constructor({ host, allowedHosts, allowedOrigins }: SiteOptions) {
    const bound = bare(host);
    this.#anyAddress = !isLoopback(bound);
    const origins = allowedOrigins.map((origin) => new URL(origin));
    this.#origins = new Set(origins.map(({ origin }) => origin));
    const listed = allowedHosts.map((name) => bare(name));
    this.#anyName = listed.includes("*");
    this.#below = listed.filter((name) => name.startsWith("."));
    const own = this.#anyAddress ? [bound, hostname().toLowerCase()] : [bound];
    this.#names = new Set([...own, ...listed, ...origins.map((origin) => bare(origin.hostname))]);
  }

  /** A client that names no host is no browser, so it is accepted. */
  allowsHost(host: string | undefined): boolean {
    if (host === undefined || host === "" || this.#anyName) return true;
    const parsed = parseAuthority(host);
    if (parsed === undefined) return false;
    const { name } = parsed;
    return (
      isLoopback(name) || this.#names.has(name) || (this.#anyAddress && isIP(name) > 0) || this.#below.some((end) => name.endsWith(end))
    );
  }

  /** The rule for a port that shows pages and serves their API: a foreign page may link to our pages, and may do nothing else. */
  refusal({ headers, method }: Pick<IncomingMessage, "headers" | "method">): GatewayError | undefined {
    const refused = this.#hostOrOriginRefusal(headers);
    if (refused !== undefined || this.#isOurs(headers)) return refused;
    const isLink = headers["sec-fetch-mode"] === "navigate" && (method === "GET" || method === "HEAD");
    return isLink ? undefined : foreignPage(headers);
  }

  /** The rule for a port where each request has an effect, even a GET: it refuses whatever a foreign page causes in any way. */
  refusalWhereAllActs({ headers }: Pick<IncomingMessage, "headers">): GatewayError | undefined {
    const refused = this.#hostOrOriginRefusal(headers);
    if (refused !== undefined) return refused;
    if (!this.#isOurs(headers)) return foreignPage(headers);
    // Browsers do not say where a request comes from when the connection is not trustworthy, and then an image cannot be told from a
    // person.
    const saysNothing = headers["sec-fetch-site"] === undefined && headers.origin === undefined;
    return saysNothing && /^mozilla\//i.test(headers["user-agent"] ?? "") ? foreignPage(headers) : undefined;
  }

  /** The rule for requests that prove who sends them: they may use any name, and no page of another site may send them. */
  refusalOfPage({ headers }: Pick<IncomingMessage, "headers">): GatewayError | undefined {
    const { host, origin } = headers;
    const foreign = origin !== undefined && !this.#allowsOrigin(origin, host);
    return foreign || !this.#isOurs(headers) ? foreignPage(headers) : undefined;
  }

  #hostOrOriginRefusal(headers: IncomingHttpHeaders): GatewayError | undefined {
    const { host, origin } = headers;
    if (!this.allowsHost(host)) return foreignHost(host ?? "");
    return origin === undefined || this.#allowsOrigin(origin, host) ? undefined : foreignPage(headers);
  }

  #isOurs(headers: IncomingHttpHeaders): boolean {
    const site = headers["sec-fetch-site"];
    return (
      site === undefined || site === "none" || site === "same-origin" || (headers.origin !== undefined && this.#origins.has(headers.origin))
    );
  }

  #allowsOrigin(origin: string, host: string | undefined): boolean {
    if (!URL.canParse(origin)) return false;
    const url = new URL(origin);
    if (this.#origins.has(url.origin)) return true;
    const asked = host === undefined ? undefined : parseAuthority(host);
    if (asked === undefined || asked.name !== bare(url.hostname)) return false;
    const usual = url.protocol === "https:" ? 443 : 80;
    const port = url.port === "" ? usual : Number(url.port);
    return (asked.port ?? usual) === port;
  }
}

/** Returns the name in lower case, without brackets and without the dot that ends a complete name. */
function bare(name: string): string {
  const lower = name.trim().toLowerCase();
  if (lower.startsWith("[") && lower.endsWith("]")) return lower.slice(1, -1);
  return lower.length > 1 && lower.endsWith(".") ? lower.slice(0, -1) : lower;
}

function parseAuthority(text: string): Authority | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]@/?#\s]+)(?::(\d{1,5}))?$/i.exec(text);
  if (match?.[1] === undefined) return undefined;
  return { name: bare(match[1]), port: match[2] === undefined ? undefined : Number(match[2]) };
}

function foreignHost(host: string): GatewayError {
  return new GatewayError("FOREIGN_HOST", {
    detail: `"${host.slice(0, 200)}" is no name of this gateway.`,
    where: "Host",
    cure: "Use the address it is bound to, or list the name in SIGNALBOX_ALLOWED_HOSTS.",
  });
}

function foreignPage({ origin }: IncomingHttpHeaders): GatewayError {
  return new GatewayError("FOREIGN_ORIGIN", {
    detail: `The page${origin === undefined ? "" : ` at ${origin.slice(0, 200)}`} is not this gateway's console.`,
    where: "Origin",
    cure: "Call from the console or from a program that is no browser, or list the page's origin in SIGNALBOX_ALLOWED_ORIGINS.",
  });
}
