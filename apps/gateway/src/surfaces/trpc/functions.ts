/** functions: types and endpoints as the engine sees them, the check of an endpoint before it is saved, and its registration. */
import { z } from "zod";
import { shownTemplate, urlOfFunction, type EndpointView, type FunctionTypeView } from "@signalbox/engine";
import { GatewayError } from "../../contract/problem.ts";
import type { Context } from "./context.ts";
import { addressView, expirationText, failureView } from "../../services/entities/entity-views.ts";
import { procedure, router } from "./init.ts";
import { typeName } from "../../contract/inputs.ts";
import { typesKnownBefore } from "../../services/eras/past.ts";
import type { EndpointRow, FunctionTypeRow, OutputLineView, ProcessRow } from "../../contract/views.ts";
import { processRow } from "../../services/processes/process-row.ts";

const functionsText = z
  .string()
  .max(512)
  .regex(/^[^/\s]+\/(\*|[^/\s*]+)$/, "write <namespace>/<name> or <namespace>/*");
const endpointInput = z.object({
  urlTemplate: z.string().min(1).max(2048),
  functions: functionsText,
  typeNames: z.array(typeName).max(50),
});

export const outputInput = z.object({ endpoint: functionsText, after: z.coerce.number().int().min(0).default(0) });

export const functionsRouter = router({
  types: procedure.query(({ ctx }): FunctionTypeRow[] => {
    const endpoints = new Map(ctx.engine.endpoints().map((endpoint) => [endpoint.spec.id, endpoint]));
    const known = ctx.engine
      .functionTypes()
      .filter(({ answered }) => answered)
      .map((type) => typeRow(type, endpoints.get(type.endpoint ?? ""), ctx));
    const names = new Set(known.map(({ type }) => type));
    const before = typesKnownBefore(ctx.engine);
    // What an endpoint said that it serves is there to be sent to, before its first message.
    for (const { type, states } of ctx.checker.served()) {
      const endpoint = [...endpoints.values()].find(({ spec }) => serves(spec, type));
      if (endpoint === undefined || names.has(type)) continue;
      names.add(type);
      known.push({ ...typeRow(unseen(type, endpoint.spec.id), endpoint, ctx), known: "checked", states });
    }
    for (const [type, knownBefore] of before)
      if (!names.has(type)) known.push({ ...typeRow(unseen(type, undefined), undefined, ctx), known: "before", knownBefore });
    return known.toSorted((left, right) => (left.type < right.type ? -1 : 1));
  }),

  endpoints: procedure.query(({ ctx }): EndpointRow[] => {
    const types = ctx.engine.functionTypes();
    return ctx.engine.endpoints().map((endpoint) => endpointRow(endpoint, types));
  }),

  /** Endpoints whose processes the gateway starts. */
  processes: procedure.query(({ ctx }): ProcessRow[] => ctx.processes.views().map(processRow)),

  /** What they wrote, from the line after the given one on. */
  output: procedure.input(outputInput).query(({ ctx, input }): OutputLineView[] => [...ctx.processes.output(input.endpoint, input.after)]),

  check: procedure.input(endpointInput).mutation(({ ctx, input }) => ctx.checker.check(input)),

  /** Writes a module of one endpoint, named from the functions text (`shop/*` becomes shop, `shop/cart` becomes shop.cart). */
  register: procedure.input(endpointInput).mutation(async ({ ctx, input }) => {
    const module = moduleNameFor(input.functions);
    if (ctx.modules.list().some((row) => row.name === module)) {
      throw new GatewayError("INVALID_REQUEST", {
        detail: `A module named ${module} exists already.`,
        where: "functions",
        cure: `Edit the module ${module} under Modules, or register other functions.`,
      });
    }
    const { revision } = await ctx.modules.apply(module, endpointYaml(input.functions, input.urlTemplate));
    return { module, revision };
  }),
});

function serves(spec: EndpointView["spec"], type: string): boolean {
  return spec.name === "*" ? type.startsWith(`${spec.namespace}/`) : type === `${spec.namespace}/${spec.name}`;
}

function unseen(type: string, endpoint: string | undefined): FunctionTypeView {
  const counts = {
    answered: true,
    waitingMessages: 0,
    inFlight: 0,
    parkedEntities: 0,
    parkedMessages: 0,
    pausedEntities: 0,
    backingOffEntities: 0,
  };
  return { type, endpoint, states: [], ingressHold: undefined, ...counts };
}

function typeRow(type: FunctionTypeView, endpoint: EndpointView | undefined, ctx: Context): FunctionTypeRow {
  const spec = endpoint?.spec;
  return {
    type: type.type,
    known: "now",
    knownBefore: null,
    ingressHold: type.ingressHold ?? null,
    endpoint: type.endpoint ?? null,
    module: spec?.module ?? null,
    breaker: endpoint?.breaker ?? null,
    url: spec === undefined ? null : urlOfFunction(shownTemplate(spec), type.type),
    breakerFailure: failureView(endpoint?.breakerFailure),
    nextProbeMs: endpoint?.nextProbeMs ?? null,
    states: type.states.map((state) => ({ name: state.name, typename: state.typename, expiration: expirationText(state) })),
    waiting: type.waitingMessages - type.parkedMessages,
    inFlight: type.inFlight,
    parked: type.parkedEntities,
    paused: type.pausedEntities,
    backingOff: type.backingOffEntities,
    ...ctx.flow.typeTraffic(type.type),
  };
}

export function endpointRow(endpoint: EndpointView, types: readonly FunctionTypeView[]): EndpointRow {
  const { spec } = endpoint;
  return {
    id: spec.id,
    module: spec.module,
    functions: `${spec.namespace}/${spec.name}`,
    urlTemplate: shownTemplate(spec),
    breaker: endpoint.breaker,
    failure: failureView(endpoint.breakerFailure),
    sinceMs: endpoint.breakerSinceMs ?? null,
    nextProbeMs: endpoint.nextProbeMs ?? null,
    openedBy: endpoint.openedBy.map(addressView),
    probe: endpoint.probe === undefined ? null : addressView(endpoint.probe),
    inFlight: endpoint.inFlight,
    concurrencyLimit: endpoint.concurrencyLimit,
    concurrencyMax: endpoint.concurrencyMax,
    callTimeoutMs: spec.transport.callTimeoutMs,
    maxNumBatchRequests: spec.batchMessagesMax,
    types: types.filter((type) => type.endpoint === spec.id).map((type) => type.type),
  };
}

export function moduleNameFor(functions: string): string {
  return (
    functions
      .replace(/\/\*$/, "")
      .replace("/", ".")
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, "-")
      .replace(/^[^a-z0-9]+/, "")
      .slice(0, 64) || "endpoint"
  );
}

function endpointYaml(functions: string, urlTemplate: string): string {
  return `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: ${JSON.stringify(functions)}\n  urlPathTemplate: ${JSON.stringify(urlTemplate)}\n`;
}
