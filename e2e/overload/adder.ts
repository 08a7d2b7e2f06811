/** Adder: the process of functions/slow-adder.ts with its knobs. */
import { Functions } from "../stack/functions.ts";

export interface AdderSeen {
  /** Messages in requests, including repeated ones. */
  readonly messages: number;
  readonly calls: number;
  readonly poisonCalls: number;
}

export class Adder implements AsyncDisposable {
  readonly functions: Functions;

  private constructor(functions: Functions) {
    this.functions = functions;
  }

  /** With 0 it works as fast as it can. */
  static async start(messagesPerSecond = 0): Promise<Adder> {
    return new Adder(await Functions.start("e2e/functions/slow-adder.ts", { env: { MESSAGES_PER_SECOND: String(messagesPerSecond) } }));
  }

  /** Its port refuses connections until functions.start(). */
  static async down(): Promise<Adder> {
    return new Adder(await Functions.notStarted("e2e/functions/slow-adder.ts"));
  }

  get url(): string {
    return this.functions.url;
  }

  async seen(): Promise<AdderSeen> {
    const response = await fetch(this.url);
    return (await response.json()) as AdderSeen;
  }

  async set(settings: { messagesPerSecond?: number; poisonFails?: boolean }): Promise<void> {
    const response = await fetch(new URL("/settings", this.url), { method: "POST", body: JSON.stringify(settings) });
    if (!response.ok) throw new Error(`the adder answered ${response.status}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.functions.kill();
  }
}
