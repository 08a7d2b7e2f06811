/** OpenAPI 3.1 of what HTTP offers: operations and ingestion from the contract, with what they take, give and refuse, and what connectors answer now. */
import { z } from "zod";
import { contract } from "../../contract/contract.ts";
import { ingestion, type Ingestion } from "../../contract/ingestion.ts";
import { formerDoor, isAudited, nothing, type HttpDoor, type Operation } from "../../contract/operation.ts";
import { hooksPrefix, type Hook } from "../../listener/hooks.ts";
import { shareDefinitions } from "./openapi-definitions.ts";
import { moduleIssue } from "../../contract/module/module-issue.ts";

type Json = Record<string, unknown>;

const problemSchema: Json = {
  type: "object",
  required: ["type", "title", "status", "code", "detail", "where", "cure"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string", description: "Stable; docs/errors.md explains each." },
    detail: { type: "string" },
    where: { type: "string" },
    cure: { type: "string" },
    issues: { type: "array", items: jsonSchema(moduleIssue, "output") },
  },
};

const acceptedProperties: Json = { messageId: { type: "integer" }, traceId: { type: "integer" } };

export function openApi(hooks: readonly Pick<Hook, "path" | "summary">[]): Json {
  const paths: Record<string, Json> = {};
  for (const [noun, operations] of Object.entries(contract))
    for (const [verb, operation] of Object.entries(operations) as [string, Operation][]) {
      const { http } = operation;
      if (http === undefined) continue;
      const name = `${noun}.${verb}`;
      const method = http.method.toLowerCase();
      (paths[http.path] ??= {})[method] = described(name, operation, http);
      const former = formerDoor(http);
      if (former === undefined) continue;
      const deprecated = `${http.method} ${http.path}`;
      (paths[former.path] ??= {})[method] = described(`${name}.former`, { ...operation, deprecated }, former);
    }
  for (const [name, way] of Object.entries(ingestion))
    if (way.http !== undefined) (paths[way.http.path] ??= {})[way.http.method.toLowerCase()] = describedIngestion(name, way, way.http);
  for (const hook of hooks) paths[`${hooksPrefix}${hook.path}`] = { post: describedHook(hook) };
  const { document, shared } = shareDefinitions({ paths });
  return {
    openapi: "3.1.0",
    info: { title: "Signalbox", version: "1", description: "docs/http-api.md has examples of all." },
    ...document,
    components: { schemas: { Problem: problemSchema, ...shared } },
  };
}

function described(name: string, operation: Operation, door: HttpDoor): Json {
  const input = operation.input === nothing ? {} : jsonSchema(operation.input, "input");
  const properties = (input["properties"] ?? {}) as Record<string, Json>;
  const required = (input["required"] ?? []) as string[];
  const inPath = namesIn(door.path);
  const rest = Object.entries(properties).filter(([field]) => !inPath.includes(field));
  const hasBody = (door.method === "POST" || door.method === "PUT" || door.method === "PATCH") && rest.length > 0;
  const parameters = inPath.map((field) => parameter(field, "path", { schema: properties[field] ?? { type: "string" }, required: true }));
  const inQuery = hasBody ? rest.filter(([field]) => door.query?.includes(field)) : rest;
  parameters.push(...inQuery.map(([field, schema]) => parameter(field, "query", { schema, required: required.includes(field) })));
  return {
    ...head(name, operation),
    "x-audited": isAudited(operation),
    parameters,
    ...(hasBody ? { requestBody: bodyOf(door, rest, required) } : {}),
    ...(door.file === undefined ? {} : { requestBody: { content: { [door.file]: { schema: { type: "string", format: "binary" } } } } }),
    responses: { [String(door.status ?? 200)]: goodAnswer(operation, door), ...otherAnswers(door), default: refusals(operation) },
  };
}

function describedIngestion(name: string, way: Ingestion, door: HttpDoor): Json {
  return {
    ...head(name, way),
    "x-audited": false,
    parameters: namesIn(door.path).map((field) => parameter(field, "path", { schema: { type: "string" }, required: true })),
    requestBody: { description: "The value; its type is named by the content type.", content: { "*/*": { schema: {} } } },
    responses: {
      [String(door.status ?? 200)]: {
        description: "On disk",
        content: json({ type: "object", properties: acceptedProperties }),
      },
      default: refusals(way),
    },
  };
}

/** Describes the path that an open connector has taken. */
function describedHook({ path, summary }: Pick<Hook, "path" | "summary">): Json {
  return {
    operationId: `hooks.${path}`,
    summary,
    tags: ["hooks"],
    "x-access": "send",
    "x-audited": false,
    requestBody: { description: "As the sender signs it.", content: { "*/*": { schema: {} } } },
    responses: {
      "200": { description: "On disk", content: json({ type: "object", properties: acceptedProperties }) },
      default: refusals({ problems: ["WRONG_SIGNATURE", "NOT_ROUTABLE", "INVALID_VALUE", "BODY_TOO_LARGE", "OVERLOADED"] }),
    },
  };
}

function head(name: string, { summary, access, deprecated }: Pick<Operation, "summary" | "access" | "deprecated">): Json {
  const old = deprecated === undefined ? {} : { deprecated: true, description: `Use ${deprecated}.` };
  return { operationId: name, summary, tags: [name.split(".")[0]], "x-access": access, ...old };
}

function bodyOf(door: HttpDoor, rest: readonly [string, Json][], required: readonly string[]): Json {
  if (door.ownRoute !== undefined) return { description: `docs/http-api.md (${door.ownRoute})`, content: { "*/*": { schema: {} } } };
  const properties = Object.fromEntries(rest);
  return {
    required: true,
    content: json({ type: "object", properties, required: required.filter((field) => field in properties) }),
  };
}

/** An operation with a route of its own may answer in another form, or with more. */
function goodAnswer({ kind, output }: Operation, { status, under, ownRoute }: HttpDoor): Json {
  if (status === 204) return { description: "Done" };
  if (ownRoute !== undefined || kind === "bytes") return { description: `docs/http-api.md (${ownRoute ?? "bytes"})` };
  const schema = jsonSchema(output, "output");
  return {
    description: "OK",
    content: json(under === undefined ? schema : { type: "object", required: [under], properties: { [under]: schema } }),
  };
}

/** For example 202 for an answer that has not come yet, or a page for a browser. */
function otherAnswers({ ownRoute }: HttpDoor): Json {
  if (ownRoute === undefined) return {};
  const other = { description: `docs/http-api.md (${ownRoute})` };
  return { "2XX": other, "3XX": other };
}

function refusals({ problems }: Pick<Operation, "problems">): Json {
  return {
    description: problems.length === 0 ? "A problem" : `A problem, such as ${problems.join(", ")}`,
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
}

function parameter(name: string, where: "path" | "query", rest: { schema: Json; required: boolean }): Json {
  return { name, in: where, ...rest };
}

function json(schema: Json): Json {
  return { "application/json": { schema } };
}

function namesIn(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
