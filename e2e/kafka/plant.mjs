/**
 * Loaded before a gateway (NODE_OPTIONS): changes what one of its files says, so that a test can see a fault that the product must not
 * have. KAFKA_DIE_AFTER_COMMIT=n: it dies by SIGKILL between the n-th commit at Kafka and its acknowledgement. KAFKA_MARKER_NOT_READ=1
 * plants that bug. KAFKA_HOLD_IN_TRANSACTION=file: with the records of its first transaction written and its marker not, it makes
 * `file`.reached and waits for `file`. Throws when the place in the file is not there any more.
 */
import { registerHooks } from "node:module";

const plants = [];
const dieAfter = process.env.KAFKA_DIE_AFTER_COMMIT;
if (dieAfter !== undefined)
  plants.push([
    "await this.#client.endTransaction(producer, true);",
    `await this.#client.endTransaction(producer, true);
     if ((globalThis.commits = (globalThis.commits ?? 0) + 1) === ${Number(dieAfter)}) process.kill(process.pid, "SIGKILL");`,
  ]);
const hold = process.env.KAFKA_HOLD_IN_TRANSACTION;
if (hold !== undefined)
  plants.push([
    "await this.#client.addOffsets(producer, this.groupId, [marker]);",
    `if (globalThis.held === undefined) {
       globalThis.held = true;
       const { existsSync, writeFileSync } = process.getBuiltinModule("node:fs");
       writeFileSync(${JSON.stringify(`${hold}.reached`)}, "");
       while (!existsSync(${JSON.stringify(hold)})) await new Promise((done) => setTimeout(done, 20));
     }
     await this.#client.addOffsets(producer, this.groupId, [marker]);`,
  ]);
if (process.env.KAFKA_MARKER_NOT_READ === "1") plants.push(["return Math.max(0, ...", "return 0 * Math.max(0, ..."]);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith("/kafka/kafka-transactions.ts")) return loaded;
    let source = Buffer.from(loaded.source ?? "").toString("utf8");
    for (const [there, instead] of plants) {
      if (!source.includes(there)) throw new Error(`nothing is to be planted: ${there} is not in ${url}`);
      source = source.replace(there, instead);
    }
    return { ...loaded, source };
  },
});
