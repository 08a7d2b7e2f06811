/**
 * GatewayClient: the one HTTP client of the command line. A refusal is a CliError with the gateway's own words and cure; the exit code
 * follows from the status. Only the gateway's own pages limit how long an answer is.
 * Guarantee: what is no answer of a gateway (a page of another server, half an answer) is never taken for one: it becomes a CliError too.
 */
import { certifiedFetch, type CertificateFiles } from "./certified-fetch.ts";
import { CliError, reasonOf, type ExitReason } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { plain } from "./output/plain.ts";
import { tlsRefusal } from "./tls-refusal.ts";

export interface Settings {
  readonly url: string;
  readonly token: string | undefined;
  /** Shown in place of a token, or beside it; the token then counts. */
  readonly certificate?: CertificateFiles | undefined;
  /** The reason to show masked values. */
  readonly unmaskReason?: string | undefined;
}

export interface GatewayRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** The body; a Blob of a file is read while it is sent. */
  readonly body?: Uint8Array | string | Blob | undefined;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The media types of a good answer; JSON when absent. */
  readonly answers?: readonly string[];
  /** Statuses beyond 2xx that count as an answer too. */
  readonly alsoGood?: readonly number[];
}

const jsonType = "application/json";
/** How much of an answer that is not a gateway's is shown: enough to recognise it. */
const excerptCharactersMax = 300;

export class GatewayClient {
  readonly settings: Settings;
  readonly #io: Io;
  readonly #ask: typeof fetch;

  constructor(io: Io, settings: Settings) {
    this.#io = io;
    this.settings = settings;
    this.#ask = settings.certificate === undefined ? io.fetch : certifiedFetch(settings.certificate);
  }

  async json(request: GatewayRequest): Promise<unknown> {
    return this.jsonOf(await this.send(request));
  }

  async jsonOf(response: Response): Promise<unknown> {
    if (response.status === 204) return {};
    const text = await this.#text(response);
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw this.#notAGateway(`with what is no JSON: ${excerpt(text)}`);
    }
  }

  /** Sends the request and returns the answer, which must be a list or an object with these fields. */
  async record(request: GatewayRequest, ...fields: readonly string[]): Promise<object> {
    return this.recordOf(await this.send(request), ...fields);
  }

  async recordOf(response: Response, ...fields: readonly string[]): Promise<object> {
    const answer = await this.jsonOf(response);
    if (typeof answer !== "object" || answer === null) throw this.#notAGateway(`with ${excerpt(JSON.stringify(answer))}`);
    const missing = fields.filter((field) => !(field in answer));
    if (missing.length > 0) throw this.#notAGateway(`without ${missing.join(", ")}`);
    return answer;
  }

  /** Gives the body in pieces. */
  async *chunks(response: Response): AsyncGenerator<Uint8Array, void> {
    try {
      for await (const chunk of response.body ?? []) yield chunk;
    } catch (error) {
      throw this.#cut(error);
    }
  }

  async send({
    method,
    path,
    query = {},
    body,
    contentType,
    headers = {},
    answers = [jsonType],
    alsoGood = [],
  }: GatewayRequest): Promise<Response> {
    const url = new URL(this.settings.url.replace(/\/$/, "") + path);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
    const { token, unmaskReason } = this.settings;
    const response = await this.#fetch(url, {
      method,
      headers: headersOf({
        ...(contentType === undefined ? {} : { "content-type": contentType }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(unmaskReason === undefined ? {} : { "signalbox-unmask": encodeURIComponent(unmaskReason) }),
        ...headers,
      }),
      // Redirects are not followed: a POST would become a GET, and the token is meant for this server only.
      redirect: "manual",
      ...(body === undefined ? {} : { body: typeof body === "string" || body instanceof Blob ? body : new Blob([new Uint8Array(body)]) }),
      signal: this.#io.signal,
    });
    if (response.status >= 300 && response.status < 400)
      throw this.#notAGateway(`by pointing to ${response.headers.get("location") ?? "another place"}`);
    if (!response.ok && !alsoGood.includes(response.status)) throw this.#refusal(response, await this.#text(response));
    const type = response.headers.get("content-type")?.split(";")[0]?.trim() ?? "";
    if (response.status !== 204 && !answers.includes(type)) throw this.#notAGateway(`with ${type === "" ? "no content type" : type}`);
    return response;
  }

  async #text(response: Response): Promise<string> {
    try {
      return await response.text();
    } catch (error) {
      throw this.#cut(error);
    }
  }

  /** Makes the error for an answer of something in between: a proxy that wants a login, or that has no gateway behind it. */
  #refusal({ status }: Response, text: string): CliError {
    const reason = reasonOf(status);
    const problem = parsed(text);
    if (problem !== undefined) return refusal(reason, problem);
    const words = `${status}${text === "" ? "" : `: ${excerpt(text)}`}`;
    if (reason !== "notAllowed") return this.#notAGateway(`with ${words}`);
    return new CliError(
      reason,
      `what is at ${this.settings.url} wants a login, and it is no gateway's: it answered ${words}`,
      "Ask past the proxy, or name the gateway with --url or SIGNALBOX_URL.",
    );
  }

  #cut(error: unknown): unknown {
    if (error instanceof CliError || this.#io.signal.aborted) return error;
    return new CliError(
      "unreachable",
      `the answer of ${this.settings.url} was cut: ${causeOf(error)}`,
      "See whether the gateway runs, and try again.",
    );
  }

  #notAGateway(how: string): CliError {
    return new CliError(
      "unreachable",
      `what is at ${this.settings.url} is no gateway of this version: it answered ${how}`,
      "Name the gateway with --url or SIGNALBOX_URL, with its base path where it hangs below one.",
    );
  }

  async #fetch(url: URL, init: RequestInit): Promise<Response> {
    try {
      return await this.#ask(url, init);
    } catch (error) {
      if (error instanceof CliError) throw error;
      const refused = tlsRefusal(this.settings.url, error instanceof Error ? error.cause : undefined);
      if (refused !== undefined) throw refused;
      throw new CliError(
        "unreachable",
        `no gateway answers at ${this.settings.url}: ${causeOf(error)}`,
        "Start it with `signalbox start`, or name another with --url or SIGNALBOX_URL.",
      );
    }
  }
}

function causeOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
}

function headersOf(given: Readonly<Record<string, string>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, value);
    } catch {
      const what = name === "authorization" ? "the token" : `the value of ${name}`;
      throw new CliError(
        "usage",
        `${what} has characters that no header can carry`,
        "See whether it was copied whole, and without line breaks.",
      );
    }
  }
  return headers;
}

/** Returns the beginning of a foreign text, in one line. */
function excerpt(text: string): string {
  return plain(text.slice(0, excerptCharactersMax)).trim();
}

/** Makes the error for a problem, which is the form of every refusal of a gateway. */
function refusal(reason: ExitReason, problem: Record<string, unknown>): CliError {
  const lines = [`${textOf(problem["code"])}: ${textOf(problem["detail"])}`];
  const issues = problem["issues"];
  if (Array.isArray(issues))
    for (const issue of issues as Record<string, unknown>[])
      lines.push(`  line ${textOf(issue["line"])}: ${textOf(issue["message"])} ${textOf(issue["cure"])}`.trimEnd());
  return new CliError(reason, lines.join("\n"), typeof problem["cure"] === "string" ? problem["cure"] : "");
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "code" in value ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
