/**
 * The examples in the comments of packages that others install are code that compiles.
 */
import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot } from "./stale-step.ts";

/** Names that an example may use without declaring them; an example that declares such a name hides this one. */
const surroundings = `
import type { Context } from "@signalbox/functions";
declare global {
  const { entity, types, json, bytes, expiring, message, egress, record, httpRecord, kafkaRecord, kinesisRecord, Reject, RetryLater }: typeof import("@signalbox/functions");
  const { httpEgress, kafkaEgress, kinesisEgress }: typeof import("@signalbox/functions");
  const { serve, nodeHandler }: typeof import("@signalbox/functions/node");
  const { handler }: typeof import("@signalbox/functions/fetch");
  const { listenGrpc }: typeof import("@signalbox/functions/grpc");
  const { embedded }: typeof import("@signalbox/functions/embedded");
  const { createClient }: typeof import("@signalbox/functions/client");
  const { openProducer }: typeof import("@signalbox/functions/producer");
  const { testbox }: typeof import("@signalbox/testing");
  const { expect }: typeof import("vitest");
  const { z }: typeof import("zod");
  const { cart, stock, Item }: typeof import("SHOP");
  const client: import("@signalbox/functions/client").Client;
  const producer: import("@signalbox/functions/producer").Producer;
  const lines: readonly { readonly number: number }[];
  const toMessage: (line: (typeof lines)[number]) => import("@signalbox/functions").OutgoingMessage;
  const box: import("@signalbox/testing").Testbox;
  const ctx: Context;
  const item: { readonly sku: string; readonly count: number };
  const open: boolean;
  const requestBytes: Uint8Array;
}
`;

interface Example {
  readonly place: string;
  readonly code: string;
}

function examplesIn(file: string): Example[] {
  const found: Example[] = [];
  for (const [comment] of readFileSync(join(repositoryRoot, file), "utf8").matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const lines = comment
      .replace(/\s*\*\/$/, "")
      .split("\n")
      .map((line) => line.replace(/^\s*\* ?/, ""));
    const at = lines.findIndex((line) => line.startsWith("@example"));
    if (at >= 0) found.push({ place: file, code: lines.slice(at + 1).join("\n") });
  }
  return found;
}

const sources = globSync("packages/{sdk,testing}/src/**/*.ts", { cwd: repositoryRoot });

/** Returns what the compiler reports, by example; empty when nothing. */
function complaints(examples: readonly Example[]): string {
  const cache = join(repositoryRoot, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "doc-examples-"));
  try {
    writeFileSync(join(folder, "surroundings.d.ts"), surroundings.replace("SHOP", join(repositoryRoot, "packages/sdk/test/shop.ts")));
    for (const [index, { place, code }] of examples.entries()) {
      writeFileSync(join(folder, `example-${index}-${place.replaceAll(/[/.]/g, "-")}.ts`), `${code}\nexport {};\n`);
    }
    const compilerOptions = {
      noUnusedLocals: false,
      noPropertyAccessFromIndexSignature: false,
      lib: ["ES2024", "ESNext.Disposable", "DOM"],
    };
    const config = { extends: join(repositoryRoot, "tsconfig.base.json"), compilerOptions, include: ["*.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    execFileSync(join(repositoryRoot, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8", cwd: folder });
    return "";
  } catch (error) {
    if (error instanceof Error && "stdout" in error) return String(error.stdout);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("the examples of the SDK and of the test kit compile", () => {
  const examples = sources.flatMap(examplesIn);
  expect(examples.length).toBeGreaterThan(12);
  expect(complaints(examples)).toBe("");
});

test("an example with a mistake is found", () => {
  expect(complaints([{ place: "wrong", code: 'ctx.send(cart.to("ada").message("AddItem", { sku: 1 }));' }])).toMatch(
    /example-0-wrong\.ts.*TS2/,
  );
});
