/** /v1/entities: list, read, change state values, act. Values are JSON where there is a decoder, and always base64. */
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Address } from "@signalbox/runtime";
import { z } from "zod";
import { utf8Text } from "../../contract/shapes/address.ts";
import { exportFormats } from "../../contract/entities/entity-rows.ts";
import { editTerms, entityActions, ifMessage, ifMessageVersion } from "../../contract/entities/entities.ts";
import { pauseSeconds } from "../../contract/functions/pauses.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { StateText } from "../../contract/shapes/value.ts";
import { parseAddressPath, parseEntityPath } from "../../listener/address-path.ts";
import type { GuardedServices } from "../../services/guarded.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import { principalOf } from "../principal-of.ts";
import { entityJson } from "./entity-json.ts";
import { jsonObject, parseExactJson } from "./json-body.ts";
import { longsOf, withLongs } from "./longs.ts";

const prefixText = "/v1/entities/";
const listedDefault = 100;
const listQuery = z.object({
  prefix: z.string().optional(),
  cursor: z.string().optional(),
  limit: z.coerce.number().default(listedDefault),
  filter: z.string().optional(),
});
const exportQuery = z.object({
  type: z.string().default(""),
  prefix: z.string().optional(),
  filter: z.string().optional(),
  format: z.enum(exportFormats).optional(),
  limit: z.coerce.number().optional(),
});
const mediaTypes = { jsonl: "application/jsonl; charset=utf-8", csv: "text/csv; charset=utf-8; header=present" } as const;
const written = { typename: z.string().optional(), value: z.unknown().optional(), bytes: z.base64().optional() };
const { reason, ifVersion } = editTerms;
/** Several values are one edit. */
const patch = z.union([
  z.object({ values: z.array(z.object({ name: utf8Text, ifVersion, ...written })), reason }),
  z.object({ name: utf8Text, values: z.undefined().optional(), ifVersion, reason, ...written }),
]);

const terms = { seconds: pauseSeconds.optional(), ifMessage: ifMessage.optional(), ifVersion: ifMessageVersion.optional() };
const inBody = z.object({ type: z.string(), id: z.string(), action: entityActions.optional(), ...terms });

export function entityRoutes(app: FastifyInstance, { entities }: Pick<GuardedServices, "entities">, values: ValueCodec): void {
  const entityText = async (request: FastifyRequest, address: Address): Promise<string> =>
    entityJson(await entities.read(principalOf(request), address), values);

  app.get(`${prefixText}export`, async (request, reply) => {
    const asked = exportQuery.parse(request.query);
    const { format = "jsonl" } = asked;
    const lines = await entities.export(principalOf(request), asked);
    return reply
      .header("content-type", mediaTypes[format])
      .header("content-disposition", `attachment; filename="entities.${format}"`)
      .send(Readable.from(lines, { objectMode: false }));
  });

  app.get(`${prefixText}*`, async (request, reply) => {
    const path = parseAddressPath(restOf(request));
    void reply.type("application/json");
    if (path.kind === "entity") return withLongs(await entityText(request, path.address), longsOf(request));
    return `${JSON.stringify(await entities.list(principalOf(request), { type: path.type, ...listQuery.parse(request.query) }))}\n`;
  });

  app.patch(`${prefixText}*`, async (request, reply) => {
    const address = parseEntityPath(restOf(request));
    const change = patch.parse(parseExactJson(request.body));
    const edit =
      change.values === undefined
        ? { name: change.name, value: newValue(change), ifVersion: change.ifVersion }
        : { values: change.values.map((one) => ({ name: one.name, value: newValue(one), ifVersion: one.ifVersion })) };
    await entities.editState(principalOf(request), { ...address, ...edit, reason: change.reason });
    void reply.type("application/json");
    return withLongs(await entityText(request, address), longsOf(request));
  });

  // For ids that are too long for a URL (functions could make them before ids had a limit). With an action it does what :action does,
  // without one what GET does.
  app.post("/v1/entities", async (request, reply) => {
    const { type, id, action, ...more } = inBody.parse(parseExactJson(request.body));
    void reply.type("application/json");
    if (action === undefined) return withLongs(await entityText(request, { type, id }), longsOf(request));
    return `${JSON.stringify(await entities.act(principalOf(request), { type, id, action, ...more }))}\n`;
  });

  app.post(`${prefixText}*`, async (request) => {
    const rest = restOf(request);
    const colon = rest.lastIndexOf(":");
    const action = entityActions.safeParse(colon < 0 ? "" : rest.slice(colon + 1));
    if (!action.success) {
      throw new GatewayError("UNKNOWN_ROUTE", {
        detail: "The path ends with no known action.",
        where: request.url,
        cure: "End it with :retry, :pause, :resume or :discard.",
      });
    }
    const more = z.object(terms).parse(jsonObject(request.body));
    return entities.act(principalOf(request), { ...parseEntityPath(rest.slice(0, colon)), action: action.data, ...more });
  });
}

/** Taken from the raw URL, because in a decoded path a slash of the id looks like one of the path. */
function restOf(request: FastifyRequest): string {
  const url = request.raw.url ?? "";
  const query = url.indexOf("?");
  return url.slice(prefixText.length, query < 0 ? undefined : query);
}

/** Null removes the value. */
function newValue({
  value,
  bytes,
  typename,
}: {
  typename?: string | undefined;
  value?: unknown;
  bytes?: string | undefined;
}): StateText | null {
  const named = typename === undefined ? {} : { typename };
  if (bytes !== undefined) return { ...named, base64: bytes };
  if (value === undefined) {
    throw new GatewayError("INVALID_REQUEST", {
      detail: "the body has neither value nor bytes",
      where: "value",
      cure: 'Send {"name": …, "value": …}; null removes the value.',
    });
  }
  return value === null ? null : { ...named, text: JSON.stringify(value) };
}
