/**
 * Modules with Kafka at both ends in the forms that the playground of Apache StateFun writes them, with functions on the official SDKs of
 * four languages: each takes the records of its topic, counts them in its state and writes a line for each, all without a word changed but
 * the hosts.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { KafkaBroker } from "../stack/kafka-broker.ts";
import { until } from "../stack/until.ts";
import { whyNoBroker } from "./broker-jars.ts";
import { makeTopics } from "./relay-run.ts";
import { moduleOf, showcases } from "./showcase/showcases.ts";

const reason = whyNoBroker();
const names = ["ada", "bert", "ada", "carla", "ada"];

interface Row {
  readonly id: string;
  readonly direction: string;
  readonly state: string;
}

describe.skipIf(reason !== undefined)(
  `Kafka modules as the playground writes them${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    let broker: KafkaBroker;
    beforeAll(async () => {
      broker = await KafkaBroker.start();
      await makeTopics(broker, "greetings", ...new Set(showcases.map(({ topic }) => topic)));
    }, 180_000);
    afterAll(async () => broker?.[Symbol.asyncDispose]());

    for (const showcase of showcases) {
      const { language, missing, script, program, args = [], build, counter } = showcase;
      const skipped = missing === undefined ? "" : ` (skipped: ${missing})`;
      it.skipIf(missing !== undefined)(
        `in ${language} runs as it is written, and greets each once and in order${skipped}`,
        async () => {
          await build?.();
          await using functions = await Functions.start(script, { program, args, startTimeoutMs: 60_000 });
          await using gateway = await Gateway.start();
          const { api } = gateway;
          await api.applyModule("showcase", moduleOf(showcase, { broker, functions }));
          const rows = async (): Promise<readonly Row[]> =>
            (await api.request<{ connectors: readonly Row[] }>("GET", "/v1/connectors")).connectors;
          await until(async () => (await rows()).length === 2 && (await rows()).every(({ state }) => state === "running"), {
            what: "both ends to run",
            timeoutMs: 120_000,
          });
          // Each form has keys of its own, because two of them read the same topic.
          const keyOf = (name: string): string => `${name}-${language.toLowerCase()}`;
          await broker.produce(
            showcase.topic,
            names.map((name) => ({ key: keyOf(name), value: showcase.valueOf(keyOf(name)) })),
          );
          const counted = (name: string): Promise<unknown> => api.state({ type: counter.type, id: keyOf(name) }, counter.state);
          await until(async () => (await counted("ada")) === 3 && (await counted("bert")) === 1 && (await counted("carla")) === 1, {
            what: "all to be counted",
            timeoutMs: 120_000,
          });
          await until(async () => (await api.egresses()).every(({ waitingRecords }) => waitingRecords === 0), {
            what: "all greetings to leave",
            timeoutMs: 120_000,
          });
          const lines = (await broker.consumed("greetings", { atLeast: names.length })).map((line) => line.split("\t").slice(1).join(" "));
          for (const name of new Set(names))
            expect(lines.filter((line) => line.startsWith(`${keyOf(name)} `))).toEqual(
              names.filter((other) => other === name).map((_, index) => `${keyOf(name)} ${keyOf(name)} ${index + 1}`),
            );
        },
        600_000,
      );
    }
  },
);
