/**
 * oauthToken: where the token of SASL OAUTHBEARER comes from: the token endpoint, with client id and secret (client credentials), or, as
 * Java's client does for trials, an unsigned one from the claims in the JAAS line. Asked for at each connection and each re-authentication.
 */
import { z } from "zod";
import type { Secret } from "../../shape/secret.ts";
import type { KafkaConnectionOptions } from "./kafka-client.ts";
import { KafkaError } from "./kafka-error.ts";

const answerBytesMax = 64 * 1024;
const answerMsMax = 10_000;
const unsignedAgeSeconds = 3600;
const claimPrefix = "unsecuredLoginStringClaim_";
const answerJson = z.object({ access_token: z.string().min(1) });

export interface TokenSource {
  readonly tokenUrl: string | undefined;
  /** Why nothing may be asked there; undefined: it may. */
  readonly refusal: KafkaConnectionOptions["refusal"];
  readonly login: Readonly<Record<string, Secret>>;
  readonly nowMs: () => number;
}

export async function oauthToken({ tokenUrl, login, nowMs, refusal }: TokenSource): Promise<string> {
  if (tokenUrl === undefined) return unsignedToken(login, nowMs());
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  const scope = login["scope"]?.reveal();
  if (scope !== undefined) form.set("scope", scope);
  const credentials = Buffer.from(`${login["clientId"]?.reveal() ?? ""}:${login["clientSecret"]?.reveal() ?? ""}`).toString("base64");
  const refused = (detail: string, cause?: unknown): KafkaError =>
    new KafkaError({ code: "OAUTH_TOKEN_REFUSED", where: tokenUrl, detail, cause });
  if (!URL.canParse(tokenUrl)) throw refused("it is no URL");
  const { hostname, port } = new URL(tokenUrl);
  const forbidden = await refusal({ host: hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(port) });
  if (forbidden !== undefined) throw new KafkaError({ code: "FORBIDDEN_TOKEN_PLACE", where: tokenUrl, detail: forbidden });
  let text: string;
  try {
    const answer = await fetch(tokenUrl, {
      method: "POST",
      headers: { authorization: `Basic ${credentials}`, "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: form.toString(),
      redirect: "error",
      signal: AbortSignal.timeout(answerMsMax),
    });
    text = await boundedText(answer);
    if (!answer.ok) throw refused(`it answered ${answer.status}`);
  } catch (error) {
    throw error instanceof KafkaError ? error : refused(error instanceof Error ? error.message : String(error), error);
  }
  const token = answerJson.safeParse(parsed(text));
  if (!token.success) throw refused("its answer has no access_token");
  return token.data.access_token;
}

async function boundedText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error(`its answer has more than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unsignedToken(login: TokenSource["login"], nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000);
  const claims: Record<string, string | number> = { iat: seconds, exp: seconds + unsignedAgeSeconds };
  for (const [name, value] of Object.entries(login))
    if (name.startsWith(claimPrefix)) claims[name.slice(claimPrefix.length)] = value.reveal();
  const part = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString("base64url");
  return `${part({ alg: "none" })}.${part(claims)}.`;
}
