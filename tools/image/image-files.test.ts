/** A package of ours that the gateway or the command line comes to need is in the image. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { repositoryRoot } from "../stale-step.ts";
import { ownPackages } from "./image-files.ts";

const manifest = z.object({ dependencies: z.record(z.string(), z.string()).default({}) });

test("the image has every package of ours that its programs name", () => {
  const places = ["apps/gateway", "apps/cli", ...Object.values(ownPackages).map((folder) => `packages/${folder}`)];
  const named = places.flatMap((place) =>
    Object.keys(manifest.parse(JSON.parse(readFileSync(join(repositoryRoot, place, "package.json"), "utf8"))).dependencies),
  );
  const ours = named.filter((name) => name.startsWith("@signalbox/")).map((name) => name.slice("@signalbox/".length));
  expect(ours.filter((name) => !(name in ownPackages))).toEqual([]);
});
