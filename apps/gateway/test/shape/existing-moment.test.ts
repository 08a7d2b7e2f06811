/**
 * A moment means exactly what is written; a date that the calendar does not have is refused wherever a module names it.
 */
import { expect, test } from "vitest";
import { existingMoment, kafkaDateMs } from "../../src/shape/existing-moment.ts";
import { parseModule } from "../../src/modules/parse-module.ts";

test.each([
  ["2026-02-28T23:59:59Z", Date.UTC(2026, 1, 28, 23, 59, 59)],
  ["2028-02-29T00:00+01:00", Date.UTC(2028, 1, 28, 23)],
  ["2026-12-24T24:00Z", Date.UTC(2026, 11, 25)],
  ["0000-02-29T00:00Z", Date.parse("0000-02-29T00:00Z")],
])("%s exists", (text, ms) => expect(existingMoment(text)).toBe(ms));

test.each([
  "2026-02-29T00:00Z",
  "2026-02-30T00:00Z",
  "2026-04-31T00:00Z",
  "1900-02-29T00:00Z",
  "2026-13-01T00:00Z",
  "2026-01-01T25:00Z",
  "x",
  "",
])("%s does not exist", (text) => expect(existingMoment(text)).toBeUndefined());

test("dates as StateFun writes them are checked too", () => {
  expect(kafkaDateMs("2020-02-29 04:15:00.000 +0100")).toBe(Date.UTC(2020, 1, 29, 3, 15));
  for (const text of ["2020-02-30 04:15:00.000 +0000", "2020-99-01 04:15:00.000 +0000", "2020-02-01 04:15:00.000 +9900", "2020-02-01"])
    expect(kafkaDateMs(text), text).toBeUndefined();
});

const from = (kind: string, more: string): string => `kind: ${kind}\nspec:\n  id: a/b\n${more}`;
const date = 'startupPosition: {type: date, date: "2026-02-30 04:15:00.000 +0000"}';
test.each([
  [
    "a schedule",
    from("io.signalbox.schedule.v1/ingress", '  target: a/c\n  entityId: x\n  when: {type: at, at: ["2026-02-30T00:00Z"]}'),
    /"2026-02-30T00:00Z" is no moment/,
  ],
  [
    "Kafka",
    from("io.statefun.kafka.v1/ingress", `  address: h:1\n  topics: [{topic: t, valueType: a/v, targets: [a/c]}]\n  ${date}`),
    /a moment that there is/,
  ],
  [
    "Kinesis",
    from(
      "io.statefun.kinesis.v1/ingress",
      `  awsRegion: {type: specific, id: eu-west-1}\n  streams: [{stream: s, valueType: a/v, targets: [a/c]}]\n  ${date}`,
    ),
    /a moment that there is/,
  ],
])("a module of %s with the 30th of February is refused", (_what, yaml, reason) => {
  const { issues, document } = parseModule({ name: "m", yaml, env: {} });
  expect(document).toBeUndefined();
  expect(issues.map(({ message }) => message).join("\n")).toMatch(reason);
});
