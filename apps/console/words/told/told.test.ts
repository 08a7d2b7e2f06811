/**
 * What the gateway says of its own accord has German words: every sentence of its connectors, of filters and of what runtimes cannot do is
 * read from their sources, and one without German is named here.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { moduleJsonSchema } from "../../../gateway/src/modules/module-json-schema.ts";
import { filterFieldsOf } from "../../../gateway/src/shared/filter/filter-subjects.ts";
import { filterFunctions, filterMethods } from "../../../gateway/src/shared/filter/filter-words.ts";
import { de } from "./de.ts";

const root = join(import.meta.dirname, "../../../..");

/** Sentences in double quotes, and those of templates with a stand-in for what is put into them. */
function sentencesOf(file: string): string[] {
  const code = readFileSync(join(root, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "");
  const texts = [...code.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map(([, text = ""]) => text.replaceAll('\\"', '"'));
  return texts.filter((text) => /^[^./@].*[a-z]{2,} [a-z`]+ /i.test(text));
}

const connectors = "apps/gateway/src/connectors";
const told = [
  ...["kafka/kafka-failure.ts", "nats/nats-failure.ts", "kinesis/kinesis-failure.ts", "supervised.ts", "carried-connector.ts"],
  ...["http/http-outcome.ts", "http/http-no-answer.ts", "http/http-sender.ts", "webhook/check-signature.ts", "webhook/webhook-ingress.ts"],
  ...["schedule/schedule-ingress.ts", "kafka/kafka-egress.ts", "kafka/kafka-ingress.ts", "connector-check.ts", "kafka/kafka-check.ts"],
].map((file) => `${connectors}/${file}`);
const runtimes = [
  "packages/runtime/src/capability.ts",
  "packages/runtime/src/memory/memory-runtime.ts",
  "packages/flink/src/flink-capabilities.ts",
  "packages/engine/src/open-runtime.ts",
];
const filters = "apps/gateway/src/shared/filter";

/** What goes to the sender of a request, and not to the console. */
const notToConsole = new Set([
  "Sign the request with a secret that the ingress has, with the time of now.",
  "works and needs a look",
  "signed as Standard Webhooks sign",
  "signed as GitHub signs",
  "signed as Stripe signs",
  "It happens as soon as the engine has room; look at the schedule again before you repeat it.",
  "records may come again",
  "the runtime has stopped",
  "Start it again; it begins empty.",
]);
/** What some of them only end. */
const beginnings = ["", "the broker's certificate ", "the stream's key "];

function hasGerman(text: string): boolean {
  return notToConsole.has(text) || beginnings.some((begun) => de.told(`${begun}${text}`) !== undefined);
}

it.each([...told, ...runtimes])("%s says nothing that has no German", (file) => {
  expect(sentencesOf(file).filter((text) => !hasGerman(text))).toEqual([]);
});

it.each(readdirSync(join(root, filters)).filter((name) => !name.endsWith(".test.ts")))("a filter's fault of %s has German", (name) => {
  expect(sentencesOf(join(filters, name)).filter((text) => !hasGerman(text))).toEqual([]);
});

it("each field and function that completion offers for a filter has German", () => {
  const fields = Object.values(filterFieldsOf).flatMap((list) => list.map(({ type, about }) => `${type}: ${about}`));
  const calls = [...filterMethods, ...filterFunctions].map(({ about }) => about);
  expect([...new Set([...fields, ...calls])].filter((text) => de.told(text) === undefined)).toEqual([]);
});

it("each kind and field of a module has German, and its default with it", () => {
  const meanings = new Set<string>();
  JSON.stringify(moduleJsonSchema(), (key, value: unknown) => {
    if (key === "description" && typeof value === "string") meanings.add(value);
    return value;
  });
  expect(meanings.size).toBeGreaterThan(150);
  expect([...meanings].filter((text) => de.told(text) === undefined)).toEqual([]);
  expect(de.told("Processes, called in turn. Default: 1.")).toBe("Prozesse, reihum aufgerufen. Vorgabe: 1.");
});

it("a place, a number and another system's words stay as they are within a German sentence", () => {
  const said = [
    "127.0.0.1:9: nothing listens at the address (connect ECONNREFUSED 127.0.0.1:9)",
    "record 7614 is refused: it answered 400",
    "orders/0: the topic is not there, and 2 more; the rest is read",
    "A request was refused for its signature 3 times, last at 2026-11-30T12:10:44.200Z: its time is 400 s away from ours.",
    "There is no field vist.",
    "Did you mean visits? Fields are id, visits.",
    "document: its values, decoded: state.visits",
    "something that nobody has translated",
  ];
  expect(said.map(de.told)).toEqual([
    "127.0.0.1:9: an der Adresse hört niemand zu (connect ECONNREFUSED 127.0.0.1:9)",
    "Datensatz 7614 wird abgelehnt: die Antwort hatte den Status 400",
    "orders/0: das Topic gibt es nicht, und 2 weitere; das Übrige wird gelesen",
    "Eine Anfrage wurde wegen ihrer Signatur abgelehnt, 3-mal, zuletzt um 2026-11-30T12:10:44.200Z: ihre Zeit liegt 400 s neben unserer.",
    "Ein Feld vist gibt es nicht.",
    "Ist visits gemeint? Felder sind id, visits.",
    "Dokument: ihre Werte, dekodiert: state.visits",
    undefined,
  ]);
});
