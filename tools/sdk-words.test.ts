/**
 * The words that the console completes while functions are written are those of the SDK, without a missing or an invented one.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as sdk from "@signalbox/functions";
import { builtInWords, contextWords, sdkExports, stateWords } from "../apps/console/features/write/sdk-words.ts";
import { repositoryRoot } from "./stale-step.ts";

const names = (words: readonly { readonly name: string }[]): string[] => words.map(({ name }) => name).toSorted();

function membersOf(file: string, declaration: string): string[] {
  const text = readFileSync(join(repositoryRoot, "packages/sdk/src", file), "utf8");
  const [, body = ""] = text.split(declaration);
  const own = body.slice(0, body.indexOf("\n}"));
  const found = [...own.matchAll(/^ {2}(?:readonly )?(\w+)[<(:?]/gm)].flatMap(([, name]) => (name === undefined ? [] : [name]));
  // A name that is declared in several forms counts once.
  return [...new Set(found)].toSorted();
}

test("all that can be imported", () => {
  expect(names(sdkExports)).toEqual(Object.keys(sdk).toSorted());
});

test("the built-in types", () => {
  expect(names(builtInWords)).toEqual(Object.keys(sdk.types).toSorted());
});

test("the context and a state", () => {
  expect(names(contextWords)).toEqual(membersOf("context.ts", "export interface Context"));
  expect(names(stateWords)).toEqual(membersOf("state.ts", "export interface StateValue<Value> {"));
});
