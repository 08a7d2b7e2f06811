/**
 * The type of the tRPC router that surfaces/trpc/router.ts folds from the contract, so that clients see exactly the contract's types. It
 * holds no code, and imports no surface.
 */
import type {
  TRPC_ERROR_CODE_NUMBER,
  TRPCBuiltRouter,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from "@trpc/server";
import type { z } from "zod";
import type { Contract } from "./contract.ts";
import type { ModuleIssue } from "./module/module-issue.ts";
import type { Operation } from "./operation.ts";

/** The form of a refusal over tRPC. */
export interface TrpcErrorShape {
  message: string;
  code: TRPC_ERROR_CODE_NUMBER;
  data: {
    code: string;
    httpStatus: number;
    path: string;
    problem: { code: string; title: string; detail: string; where: string; cure: string; issues: readonly ModuleIssue[] };
  };
}

interface Definition<O extends Operation> {
  input: z.input<O["input"]>;
  output: z.output<O["output"]>;
  meta: object;
}

/** Each frame has an id, after which a stream that broke off continues. */
type FramesOf<O extends Operation> = Omit<Definition<O>, "output"> & { output: AsyncIterable<z.output<O["output"]>, void, unknown> };

type ProcedureOf<O extends Operation> = O["kind"] extends "query"
  ? TRPCQueryProcedure<Definition<O>>
  : O["kind"] extends "mutation"
    ? TRPCMutationProcedure<Definition<O>>
    : TRPCSubscriptionProcedure<FramesOf<O>>;

type Offered<Operations> = {
  [V in keyof Operations as Operations[V] extends { trpc: false } ? never : V]: Operations[V] extends Operation
    ? ProcedureOf<Operations[V]>
    : never;
};

export type ProceduresOf<C> = { [N in keyof C]: Offered<C[N]> };

/** Only the surface knows `Ctx`. */
export interface RootTypes<Ctx extends object> {
  ctx: Ctx;
  meta: object;
  errorShape: TrpcErrorShape;
  transformer: false;
}

export type RouterOf<Ctx extends object> = TRPCBuiltRouter<RootTypes<Ctx>, ProceduresOf<Contract>>;

export type AppRouter = RouterOf<object>;
