/**
 * HttpStorm: a sender that does not slow down. It keeps its rate whatever the gateway answers, notes what was accepted in the ledger,
 * and insists that a refusal is a 429 that says when to come back.
 */
import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import { numberValue, valueType } from "../functions/slow-adder-values.ts";
import { idOf, type Ledger } from "./ledger.ts";
import { Pace, type Storm, type StormOptions } from "./storm.ts";

const connections = 128;

export class HttpStorm implements Storm {
  readonly name = "HTTP";
  sent = 0;
  accepted = 0;
  refused = 0;
  #inFlight = 0;
  #problem: string | undefined;

  async run(url: string, ledger: Ledger, options: StormOptions): Promise<void> {
    const pool = new Pool(url, { connections, pipelining: 1 });
    const pace = new Pace(options);
    try {
      while (!pace.over && this.#problem === undefined) {
        for (let due = pace.due(); due > 0 && this.#inFlight < connections * 2; due--) {
          this.#inFlight++;
          void this.#send(pool, ledger, { entity: pace.entity(), number: this.sent++ });
        }
        await delay(5);
      }
      while (this.#inFlight > 0) await delay(5);
    } finally {
      await pool.close();
    }
    if (this.#problem !== undefined) throw new Error(this.#problem);
  }

  async #send(pool: Pool, ledger: Ledger, message: { entity: number; number: number }): Promise<void> {
    try {
      const { statusCode, headers, body } = await pool.request({
        method: "POST",
        path: `/v1/messages/${ledger.type}/${idOf(message.entity)}`,
        headers: { "content-type": `application/vnd.${valueType}` },
        body: numberValue(message.number),
      });
      const text = await body.text();
      if (statusCode === 202) {
        this.accepted++;
        ledger.add(message.entity, message.number);
      } else if (statusCode === 429 && Number(headers["retry-after"]) >= 1) {
        this.refused++;
      } else {
        this.#problem ??= `neither 202 nor 429 with Retry-After: ${statusCode} ${String(headers["retry-after"])} ${text}`;
      }
    } catch (error) {
      this.#problem ??= `the gateway did not answer: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      this.#inFlight--;
    }
  }
}
