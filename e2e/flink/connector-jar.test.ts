/** The jar of our Java in the repository is what its sources make: where the same JDK is, to the byte. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildJar, builtJar, whyNoJavac } from "../../packages/flink/java/build.ts";

const why = whyNoJavac();

test.skipIf(why !== undefined)(
  `signalbox-flink.jar is built from the sources beside it${why === undefined ? "" : ` (skipped: ${why})`}`,
  async () => {
    const made = await buildJar(process.env);
    expect(Buffer.from(made).equals(readFileSync(builtJar)), "run node packages/flink/java/build.ts").toBe(true);
  },
);
