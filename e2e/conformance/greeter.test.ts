/** The greeters of examples/, each with its own module.yaml (only the port differs), do the same over the official SDKs and over ours. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

const python = process.env["SIGNALBOX_TEST_PYTHON"] ?? join(repositoryRoot, "examples/greeter-python/.venv/bin/python");

const examples = [
  { sdk: "JavaScript", folder: "examples/greeter-javascript", script: "functions.js", program: process.execPath },
  { sdk: "TypeScript", folder: "examples/greeter-typescript", script: "functions.ts", program: process.execPath },
  { sdk: "Python", folder: "examples/greeter-python", script: "functions.py", program: python },
];

for (const { sdk, folder, script, program } of examples) {
  describe.skipIf(!existsSync(program))(`the greeter on the ${sdk === "TypeScript" ? "Signalbox" : "official"} ${sdk} SDK`, () => {
    test("counts visits in its state and greets through the egress, once each", async () => {
      await using functions = await Functions.start(`${folder}/${script}`, { program });
      await using gateway = await Gateway.start();
      const yaml = readFileSync(join(repositoryRoot, folder, "module.yaml"), "utf8");
      expect(yaml).toMatch(/http:\/\/127\.0\.0\.1:\d+\/statefun/);
      await gateway.api.applyModule("greeter", yaml.replace(/http:\/\/127\.0\.0\.1:\d+\/statefun/, functions.url));
      const ada = { type: "example/person", id: "ada" };
      for (let visit = 1; visit <= 2; visit++) {
        await gateway.api.send(ada, "hello");
        await until(async () => (await gateway.api.state(ada, "visits")) === visit, { what: `visit ${visit}` });
      }
      const greetings = await until(
        async () => {
          const records = await gateway.api.egressRecords("example/greetings");
          return records.length >= 2 && records;
        },
        { what: "two greetings" },
      );
      expect(greetings.map((record) => record.value)).toEqual([
        { text: "Welcome ada!", visits: 1 },
        { text: "Nice to see you again, ada: visit number 2.", visits: 2 },
      ]);
      expect(await gateway.api.state({ type: "example/greeter", id: "ada" }, "last_greeting")).toEqual(greetings[1]?.value);
    });
  });
}
