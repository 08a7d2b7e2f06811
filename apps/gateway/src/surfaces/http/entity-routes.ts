/** /v1/entities: list, look, change one state value, act. Values are JSON where a decoder fits, base64 always. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { checkId, EngineError, idCure, type Address, type Engine, type EntityView, type TypedValue } from "@signalbox/engine";
import { z } from "zod";
import { checkedValue } from "../../values/checked-value.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import { failureView, waitReasonView } from "../../services/entities/entity-views.ts";
import { action, address as entityAddress, entityAction, typeName, utf8Text } from "../../contract/inputs.ts";
import { parseAddressPath, parseEntityPath } from "../../listener/address-path.ts";
import { parseExactJson, textBody } from "./json-body.ts";
import { longsOf, withLongs } from "./longs.ts";
import { GatewayError } from "../../contract/problem.ts";

export interface EntityRoutesOptions {
  readonly engine: Engine;
  readonly values: ValueCodec;
}

const mailboxShownMax = 20;
const prefixText = "/v1/entities/";
const listQuery = z.object({
  prefix: z.string().optional(),
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
const patch = z.object({
  name: utf8Text.min(1),
  typename: typeName.optional(),
  value: z.unknown().optional(),
  bytes: z.base64().optional(),
});

const inBody = entityAddress.extend({ action: action.optional() });

export function entityRoutes(app: FastifyInstance, { engine, values }: EntityRoutesOptions): void {
  app.get(`${prefixText}*`, async (request, reply) => {
    const path = parseAddressPath(restOf(request));
    void reply.type("application/json");
    if (path.kind === "entity") return withLongs(await entityText(engine, path.address, values), longsOf(request));
    const { prefix, cursor, limit } = listQuery.parse(request.query);
    const page = await engine.entities({ type: path.type, prefix, cursor, limit });
    return `${JSON.stringify({ items: page.items, cursor: page.cursor ?? null })}\n`;
  });

  app.patch(`${prefixText}*`, async (request, reply) => {
    const address = parseEntityPath(restOf(request));
    const change = patch.parse(parseExactJson(textBody(request.body)));
    await engine.editState(address, change.name, await newValue(engine, address, { change, values }));
    void reply.type("application/json");
    return withLongs(await entityText(engine, address, values), longsOf(request));
  });

  // For ids that no URL holds: those that functions made before ids had a limit. With an action as :action, without as GET.
  app.post("/v1/entities", async (request, reply) => {
    const { type, id, action: verb } = inBody.parse(parseExactJson(textBody(request.body)));
    void reply.type("application/json");
    if (verb === undefined) return withLongs(await entityText(engine, { type, id }, values), longsOf(request));
    const { changed } = await engine.act({ kind: "one", address: { type, id } }, entityAction(verb));
    return `${JSON.stringify({ changed })}\n`;
  });

  app.post(`${prefixText}*`, async (request) => {
    const rest = restOf(request);
    const colon = rest.lastIndexOf(":");
    const verb = action.safeParse(colon < 0 ? "" : rest.slice(colon + 1));
    if (!verb.success) {
      throw new GatewayError("UNKNOWN_ROUTE", {
        detail: "The path ends with no known action.",
        where: request.url,
        cure: "End it with :retry, :pause, :resume or :discard.",
      });
    }
    const { changed } = await engine.act({ kind: "one", address: parseEntityPath(rest.slice(0, colon)) }, entityAction(verb.data));
    return { changed };
  });
}

/** From the raw URL: a decoded path could no longer tell a slash of an id from one of the path. */
function restOf(request: FastifyRequest): string {
  const url = request.raw.url ?? "";
  const query = url.indexOf("?");
  return url.slice(prefixText.length, query < 0 ? undefined : query);
}

async function existing(engine: Engine, address: Address): Promise<EntityView> {
  const entity = await engine.entity(address);
  if (entity === undefined) {
    // What an older release has stored under such an id can be read; nothing else can be there.
    const wrong = checkId(address.id);
    if (wrong !== undefined) throw new EngineError("INVALID_ADDRESS", wrong, idCure);
    throw new EngineError(
      "UNKNOWN_ENTITY",
      `${address.type}/${address.id} has no state, no mailbox and no history`,
      "Check the type and the id; an entity exists from its first message on.",
    );
  }
  return entity;
}

async function newValue(
  engine: Engine,
  address: Address,
  parts: { change: z.output<typeof patch>; values: ValueCodec },
): Promise<TypedValue | undefined> {
  const { change, values } = parts;
  if (change.value === undefined && change.bytes === undefined) {
    throw new GatewayError("INVALID_REQUEST", {
      detail: "the body has neither value nor bytes",
      where: "value",
      cure: 'Send {"name": …, "value": …}; null removes the value.',
    });
  }
  if (change.value === null && change.bytes === undefined) return undefined;
  const typename = change.typename ?? (await registeredTypename(engine, address, change.name));
  if (change.bytes !== undefined) return checkedValue({ typename, bytes: Buffer.from(change.bytes, "base64") }, "bytes");
  return values.encode(typename, JSON.stringify(change.value));
}

async function registeredTypename(engine: Engine, address: Address, name: string): Promise<string> {
  const ofType = engine
    .functionTypes()
    .find((type) => type.type === address.type)
    ?.states.find((state) => state.name === name);
  if (ofType !== undefined) return ofType.typename;
  const held = (await engine.entity(address))?.state.find((state) => state.name === name)?.value;
  if (held !== undefined) return held.typename;
  throw new EngineError(
    "UNKNOWN_STATE",
    `${address.type} has no state named ${name}`,
    "Use a name that the function registered, or name the value's typename in the body.",
  );
}

async function entityText(engine: Engine, address: Address, values: ValueCodec): Promise<string> {
  return entityJson(await existing(engine, address), {
    values,
    endpoint: engine.functionTypes().find(({ type }) => type === address.type)?.endpoint,
  });
}

/** Built as text, because a decoded value is JSON text whose digits must not pass through a double. */
export function entityJson(entity: EntityView, { values, endpoint }: { values: ValueCodec; endpoint: string | undefined }): string {
  const state = entity.state.map(({ name, value, spec, writtenMs, expiresMs }) => {
    const typename = value?.typename ?? spec?.typename ?? "";
    const times = `"writtenMs":${writtenMs ?? null},"expiresMs":${expiresMs ?? null}`;
    return `${JSON.stringify({ name, typename }).slice(0, -1)},${valueJson(value, values)},${times}}`;
  });
  const mailbox = entity.mailbox.slice(0, mailboxShownMax).map(({ sequence, trace, caller, value, atMs }) => {
    const about = { messageId: sequence, traceId: trace, from: caller ?? null, atMs, typename: value.typename };
    return `${JSON.stringify(about).slice(0, -1)},${valueJson(value, values)}}`;
  });
  const { address, status, mailboxDepth, attempts } = entity;
  const about = {
    address,
    status,
    mailboxDepth,
    endpoint: endpoint ?? null,
    attempts,
    sinceMs: entity.sinceMs ?? null,
    retryAtMs: entity.retryAtMs ?? null,
    failure: failureView(entity.failure),
    waitReason: waitReasonView(entity.waitReason),
  };
  return `${JSON.stringify(about).slice(0, -1)},"state":[${state.join(",")}],"mailbox":[${mailbox.join(",")}]}\n`;
}

/** `"value":…,"bytes":…` of one value; null where nothing is known. */
export function valueJson(value: TypedValue | undefined, values: ValueCodec): string {
  if (value === undefined) return '"value":null,"bytes":null';
  return `"value":${values.json(value) ?? "null"},"bytes":"${Buffer.from(value.bytes).toString("base64")}"`;
}
