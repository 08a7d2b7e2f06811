/**
 * Secrets: texts that modules name as ${secret.NAME}, sealed in the catalog and open only in this process. No operation returns one:
 * modules get them while they are parsed (variables), people see names. Neighbours: secret-cipher.ts seals, services/secrets has the verbs,
 * modules-in-force.ts reads modules again when a secret that they name has changed.
 */
import { GatewayError } from "../contract/problem.ts";
import type { SecretCatalog } from "../catalog/catalog.ts";
import type { SecretCipher } from "./secret-cipher.ts";

const secretsMax = 1_000;
/** How a module names them: the prefix of their variables. */
export const secretPrefix = "secret.";

export interface SecretView {
  readonly name: string;
  readonly by: string;
  readonly changedMs: number;
  /** True when it was sealed with a key that this gateway does not have. */
  readonly locked: boolean;
}

interface Held extends SecretView {
  readonly text: string | undefined;
}

export class Secrets {
  readonly #catalog: SecretCatalog;
  /** Undefined when no key is set. */
  readonly #cipher: SecretCipher | undefined;
  readonly #held = new Map<string, Held>();

  private constructor(catalog: SecretCatalog, cipher: SecretCipher | undefined) {
    this.#catalog = catalog;
    this.#cipher = cipher;
  }

  /** Opens the secrets, and seals those again that an older key had sealed. */
  static async open(catalog: SecretCatalog, cipher: SecretCipher | undefined, warn: (text: string) => void): Promise<Secrets> {
    const secrets = new Secrets(catalog, cipher);
    for (const { sealed, ...row } of await catalog.list()) {
      const opened = cipher?.open(row.name, sealed) ?? { kind: "locked" };
      secrets.#held.set(row.name, { ...row, locked: opened.kind === "locked", text: opened.kind === "opened" ? opened.text : undefined });
      if (opened.kind === "opened" && !opened.isFresh && cipher !== undefined)
        await catalog.put({ ...row, sealed: cipher.seal(row.name, opened.text) });
    }
    const locked = secrets.list().filter((secret) => secret.locked);
    if (locked.length > 0)
      warn(
        `${locked.length} secrets cannot be opened with the key of this gateway (SIGNALBOX_SECRETS_KEY): ${locked
          .slice(0, 5)
          .map(({ name }) => name)
          .join(", ")}${locked.length > 5 ? ", …" : ""}; modules that name them are not in force`,
      );
    return secrets;
  }

  get hasKey(): boolean {
    return this.#cipher !== undefined;
  }

  list(): SecretView[] {
    return [...this.#held.values()].map(({ text: _text, ...view }) => view).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Returns the secrets that modules may name, as `secret.NAME`. */
  variables(): Record<string, string> {
    const open = [...this.#held.values()].flatMap(({ name, text }) =>
      text === undefined ? [] : [[`${secretPrefix}${name}`, text] as const],
    );
    return Object.fromEntries(open);
  }

  has(name: string): boolean {
    return this.#held.has(name);
  }

  async put(name: string, text: string, { by, nowMs }: { readonly by: string; readonly nowMs: number }): Promise<SecretView> {
    if (this.#cipher === undefined)
      throw new GatewayError("SECRETS_LOCKED", {
        detail: "This gateway has no key to seal secrets with.",
        where: "SIGNALBOX_SECRETS_KEY",
        cure: "Make one (openssl rand -base64 32), set SIGNALBOX_SECRETS_KEY or SIGNALBOX_SECRETS_KEY_FILE, keep a copy elsewhere, and start the gateway again.",
      });
    if (!this.#held.has(name) && this.#held.size >= secretsMax)
      throw new GatewayError("TOO_MANY_SECRETS", {
        detail: `${secretsMax} secrets are kept already`,
        where: "name",
        cure: "Remove those that no module names.",
      });
    const row = { name, by, changedMs: nowMs };
    await this.#catalog.put({ ...row, sealed: this.#cipher.seal(name, text) });
    this.#held.set(name, { ...row, locked: false, text });
    return { ...row, locked: false };
  }

  async remove(name: string): Promise<void> {
    await this.#catalog.remove(name);
    this.#held.delete(name);
  }
}
