/**
 * The tRPC router, folded from the contract: a procedure for each operation that is offered here. Input is passed unparsed, because the
 * guard parses it once. The router that the loop builds is cast to the type of the contract; this is the only cast, and router.test.ts
 * calls every procedure through it.
 */
import { tracked } from "@trpc/server";
import { contract } from "../../contract/contract.ts";
import type { Operation } from "../../contract/operation.ts";
import type { RouterOf } from "../../contract/trpc-types.ts";
import { verbOf } from "../../services/guarded.ts";
import type { Context } from "./context.ts";
import { procedure, router } from "./init.ts";

interface Named {
  readonly noun: string;
  readonly verb: string;
}

interface Resolved {
  readonly ctx: Context;
  readonly input: unknown;
  readonly signal: AbortSignal | undefined;
}

interface Frame {
  readonly id: string;
  readonly data: unknown;
}

function serve({ noun, verb }: Named, { ctx, input, signal }: Resolved): unknown {
  return verbOf(ctx.services, noun, verb)(ctx.principal, input, { signal });
}

async function* trackedFrames(frames: AsyncIterable<Frame>) {
  for await (const { id, data } of frames) yield tracked(id, data);
}

const anyInput = procedure.input((raw: unknown) => raw);

/** Undefined when it is no procedure (surfaces/doors.ts says why). */
function procedureOf(named: Named, { kind, trpc }: Operation) {
  if (trpc === false) return undefined;
  switch (kind) {
    case "query":
      return anyInput.query((call) => serve(named, call));
    case "mutation":
      return anyInput.mutation((call) => serve(named, call));
    case "subscription":
      return anyInput.subscription((call) => trackedFrames(serve(named, call) as AsyncIterable<Frame>));
    case "bytes":
      throw new Error(`${named.noun}.${named.verb} gives bytes: tRPC carries JSON`);
  }
}

const nouns = Object.entries(contract).map(([noun, operations]) => {
  const procedures = Object.entries(operations).map(([verb, operation]: [string, Operation]) => [
    verb,
    procedureOf({ noun, verb }, operation),
  ]);
  return [noun, router(Object.fromEntries(procedures.filter(([, made]) => made !== undefined)))];
});

export const appRouter = router(Object.fromEntries(nouns)) as unknown as RouterOf<Context>;
