/**
 * Passwords: argon2id (Node's own), written in PHC form so that its costs can rise later. A hash takes some 80 ms of a thread of libuv's
 * pool, which the store needs too, so one runs at a time behind a bounded queue.
 * Guarantee: checking the password of somebody who has none, or who does not exist, takes as long as checking a real one.
 */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { GatewayError } from "../contract/problem.ts";

/** The costs that OWASP recommends for argon2id. */
export interface PasswordCosts {
  readonly memoryKib: number;
  readonly passes: number;
}
const passwordCosts: PasswordCosts = { memoryKib: 19 * 1024, passes: 2 };

const saltBytes = 16;
const tagBytes = 32;
const waitingMax = 32;
const retryAfterMs = 2_000;

const derive = promisify(argon2);

interface Stored extends PasswordCosts {
  readonly salt: Buffer;
  readonly tag: Buffer;
}

export class Passwords {
  readonly #costs: PasswordCosts;
  readonly #nobody: Stored;
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(costs: PasswordCosts = passwordCosts) {
    this.#costs = costs;
    this.#nobody = { ...costs, salt: randomBytes(saltBytes), tag: randomBytes(tagBytes) };
  }

  /** Rejects with LOGIN_BUSY when too many wait. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    const tag = await this.#derive(password, { ...this.#costs, salt, tag: Buffer.alloc(tagBytes) });
    const { memoryKib, passes } = this.#costs;
    return `$argon2id$v=19$m=${memoryKib},t=${passes},p=1$${unpadded(salt)}$${unpadded(tag)}`;
  }

  /** Whether the password fits. `stored` is null when nobody has a password, and the check then takes as long. Rejects with LOGIN_BUSY. */
  async fits(password: string, stored: string | null): Promise<boolean> {
    const parsed = stored === null ? undefined : parse(stored);
    const against = parsed ?? this.#nobody;
    const tag = await this.#derive(password, against);
    return timingSafeEqual(tag, against.tag) && parsed !== undefined;
  }

  #derive(password: string, { salt, tag, memoryKib, passes }: Stored): Promise<Buffer> {
    if (this.#waiting >= waitingMax) throw busy();
    this.#waiting++;
    // Normalises the text, because the same letters typed on another keyboard may arrive as other characters.
    const message = Buffer.from(password.normalize("NFC"), "utf8");
    const parameters = { message, nonce: salt, parallelism: 1, tagLength: tag.length, memory: memoryKib, passes };
    const result = this.#turn.then(() => derive("argon2id", parameters));
    this.#turn = result.then(
      () => this.#waiting--,
      () => this.#waiting--,
    );
    return result;
  }
}

function parse(stored: string): Stored | undefined {
  const match = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=1\$([A-Za-z0-9+/]{11,88})\$([A-Za-z0-9+/]{16,88})$/.exec(stored);
  if (match === null) return undefined;
  const [, memory = "", passes = "", salt = "", tag = ""] = match;
  return { memoryKib: Number(memory), passes: Number(passes), salt: Buffer.from(salt, "base64"), tag: Buffer.from(tag, "base64") };
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/(?<!=)=+$/, "");
}

function busy(): GatewayError {
  return new GatewayError("LOGIN_BUSY", {
    detail: `${waitingMax} people wait already for their passwords to be checked.`,
    where: "password",
    cure: "Try again after Retry-After.",
    retryAfterMs,
    unaudited: true,
  });
}
