/**
 * TokenLogins: finds tokens by name, for doors where a client proves that it has the token without sending it. Neighbours: scram.ts checks
 * the proof, identity.ts says who the client is.
 * Guarantee: the catalog is asked at most questionsPerSecondMax times a second, whoever asks.
 */
import type { IdentityCatalog } from "../catalog/identity-catalog.ts";
import { GatewayError } from "../contract/problem.ts";

const questionsPerSecondMax = 200;
/** Our names and ids are shorter, so a longer one cannot be found. */
const nameCharactersMax = 200;

export class TokenLogins {
  readonly #catalog: Pick<IdentityCatalog, "tokenLogin">;
  readonly #nowMs: () => number;
  #second = 0;
  #questions = 0;

  constructor(catalog: Pick<IdentityCatalog, "tokenLogin">, nowMs: () => number) {
    this.#catalog = catalog;
    this.#nowMs = nowMs;
  }

  async find(name: string): Promise<{ readonly hash: string; readonly scram: string } | undefined> {
    if (name.length > nameCharactersMax) return undefined;
    const nowMs = this.#nowMs();
    const second = Math.floor(nowMs / 1_000);
    if (second !== this.#second) this.#questions = 0;
    this.#second = second;
    if (++this.#questions > questionsPerSecondMax)
      throw new GatewayError("TOO_MANY_ATTEMPTS", {
        detail: "Too many sign in at once.",
        where: "user",
        cure: "Try again in a moment.",
        retryAfterMs: 1_000,
      });
    return this.#catalog.tokenLogin(name, nowMs);
  }
}
