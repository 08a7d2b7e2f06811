/** The greeters of examples/, each with its own module.yaml (only the port differs), do the same over the official SDKs, over ours and without one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";
import { greeterExamples, hasCargo, hasGo, hasMaven } from "./greeter-examples.ts";

for (const { on, folder, script, program, args = [], present, build } of greeterExamples) {
  describe.skipIf(!present)(`the greeter on ${on}`, () => {
    // The first build fetches and compiles the dependencies.
    if (build !== undefined) beforeAll(build, 600_000);

    test("counts visits in its state and greets through the egress, once each", async () => {
      await using functions = await Functions.start(`${folder}/${script}`, { program, args });
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

const missing = [
  ...(hasCargo ? [] : ["in Rust, because `cargo --version` does not run (https://rustup.rs brings it)"]),
  ...(hasGo ? [] : ["in Go, because `go version` does not run (https://go.dev/dl brings it)"]),
  ...(hasMaven ? [] : ["in Java, because `mvn --version` or a javac of Java 17 does not run (packages maven and default-jdk-headless)"]),
];

for (const greeter of missing) test(`says that a greeter was skipped: ${greeter}`, () => console.warn(`skipped: the greeter ${greeter}`));
