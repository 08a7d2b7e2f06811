/**
 * GatewayClient: the one HTTP client of the command line. A refusal is a CliError with the gateway's own words and cure; the exit code follows
 * from the status. Answers are bounded by nothing but the gateway's own pages.
 */
import { CliError, type ExitReason } from "./exit-codes.ts";
import type { Io } from "./io.ts";

export interface Settings {
  readonly url: string;
  readonly token: string | undefined;
  /** Why masked values are to be shown. */
  readonly unmaskReason?: string | undefined;
}

export interface GatewayRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** A Blob of a file is read as it is sent. */
  readonly body?: Uint8Array | string | Blob | undefined;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export class GatewayClient {
  readonly settings: Settings;
  readonly #io: Io;

  constructor(io: Io, settings: Settings) {
    this.#io = io;
    this.settings = settings;
  }

  async json(request: GatewayRequest): Promise<unknown> {
    const response = await this.send(request);
    if (response.status === 204) return {};
    const text = await response.text();
    return /^application\/json\b/.test(response.headers.get("content-type") ?? "") ? (JSON.parse(text) as unknown) : text;
  }

  async send({ method, path, query = {}, body, contentType, headers = {} }: GatewayRequest): Promise<Response> {
    const url = new URL(this.settings.url.replace(/\/$/, "") + path);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
    const { token, unmaskReason } = this.settings;
    const response = await this.#fetch(url, {
      method,
      headers: {
        ...(contentType === undefined ? {} : { "content-type": contentType }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(unmaskReason === undefined ? {} : { "signalbox-unmask": encodeURIComponent(unmaskReason) }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" || body instanceof Blob ? body : new Blob([new Uint8Array(body)]) }),
      signal: this.#io.signal,
    });
    if (!response.ok) throw await refusal(response);
    return response;
  }

  async #fetch(url: URL, init: RequestInit): Promise<Response> {
    try {
      return await this.#io.fetch(url, init);
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new CliError(
        "unreachable",
        `no gateway answers at ${this.settings.url}: ${cause}`,
        "Start it with `signalbox start`, or name another with --url or SIGNALBOX_URL.",
      );
    }
  }
}

const reasons: Readonly<Record<number, ExitReason>> = { 401: "notAllowed", 403: "notAllowed", 404: "notFound" };

async function refusal(response: Response): Promise<CliError> {
  const text = await response.text();
  const reason = reasons[response.status] ?? "failed";
  const problem = parsed(text);
  if (problem === undefined) return new CliError(reason, `the gateway answered ${response.status}: ${text.slice(0, 300)}`);
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
