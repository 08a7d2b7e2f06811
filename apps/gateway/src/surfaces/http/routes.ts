/**
 * REST folded from the contract: one route for each operation without a route of its own. Path and query are texts; those of numbers and
 * flags are converted, and the guard's parser checks them. Neighbours: routes of their own (own-routes in surfaces/doors.ts) call the same
 * verbs.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { contract } from "../../contract/contract.ts";
import { formerDoor, nothing, type HttpDoor, type Operation } from "../../contract/operation.ts";
import { verbOf, type GuardedServices } from "../../services/guarded.ts";
import { principalOf } from "../principal-of.ts";
import { deprecationHeaders, successorOf } from "./deprecation.ts";
import { revisionMatched } from "./if-match.ts";
import { jsonObject } from "./json-body.ts";

const fields = z.record(z.string(), z.unknown());

export function foldedRoutes(app: FastifyInstance, services: GuardedServices, basePath: string): void {
  for (const [noun, operations] of Object.entries(contract)) {
    for (const [verb, operation] of Object.entries(operations) as [string, Operation][]) {
      const door = operation.http;
      if (door === undefined || door.ownRoute !== undefined) continue;
      const serve = verbOf(services, noun, verb);
      for (const { method, path, ...wire } of [door, formerDoor(door) ?? []].flat()) {
        const inputOf = inputReader(operation, { method, path });
        const successor = successorOf(operation, { path });
        app.route({
          method,
          url: path.replaceAll(/\{(\w+)\}/g, ":$1"),
          handler: async (request, reply) => {
            if (successor !== undefined) reply.headers(deprecationHeaders(`${basePath}${successor}`, fields.parse(request.params)));
            return answer(reply, wire, await serve(principalOf(request), inputOf(request), { signal: whileAwaited(reply) }));
          },
        });
      }
    }
  }
}

/** Aborts when the connection ends before the answer is out. */
function whileAwaited({ raw }: FastifyReply): AbortSignal {
  const disconnected = new AbortController();
  raw.once("close", () => {
    if (!raw.writableFinished) disconnected.abort();
  });
  return disconnected.signal;
}

function answer(reply: FastifyReply, { status = 200, under }: Pick<HttpDoor, "status" | "under">, output: unknown): FastifyReply {
  reply.status(status);
  return status === 204 ? reply.send() : reply.send(under === undefined ? output : { [under]: output });
}

function inputReader({ input }: Operation, { method, path }: Pick<HttpDoor, "method" | "path">): (request: FastifyRequest) => unknown {
  if (input === nothing) return () => undefined;
  const { properties = {} } = z.toJSONSchema(input, { io: "input", unrepresentable: "any" });
  // An operation whose whole input is in its path needs no body.
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const hasBody = method !== "GET" && method !== "DELETE" && Object.keys(properties).some((name) => !inPath.includes(name));
  return ({ query, params, body, headers }) => ({
    ...("ifRevision" in properties ? revisionMatched(headers["if-match"]) : {}),
    ...typed(fields.parse(query), properties),
    ...(hasBody ? jsonObject(body) : {}),
    ...typed(fields.parse(params), properties),
  });
}

type Properties = NonNullable<z.core.JSONSchema.JSONSchema["properties"]>;

function typed(texts: Record<string, unknown>, properties: Properties): Record<string, unknown> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, typedText(text, properties[name])]));
}

function typedText(text: unknown, schema: Properties[string] | undefined): unknown {
  if (typeof text !== "string" || typeof schema !== "object") return text;
  if ((schema.type === "integer" || schema.type === "number") && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (schema.type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}
