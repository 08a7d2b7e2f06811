/** /v1/egresses: what left the engine and waits to be fetched. Reading removes nothing; DELETE ?through= acknowledges. */
import type { FastifyInstance } from "fastify";
import type { Engine } from "@signalbox/engine";
import { z } from "zod";
import type { ValueCodec } from "../../values/value-codec.ts";
import { longsOf, withLongs } from "./longs.ts";
import { valueJson } from "./entity-routes.ts";

const egressParams = z.object({ namespace: z.string().min(1), name: z.string().min(1) });
const readQuery = z.object({
  after: z.coerce.number().int().nonnegative().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
const acknowledgeQuery = z.object({ through: z.coerce.number().int().nonnegative() });

export function egressRoutes(app: FastifyInstance, { engine, values }: { engine: Engine; values: ValueCodec }): void {
  app.get("/v1/egresses", () => ({
    egresses: engine.egresses().map((egress) => ({
      id: egress.id,
      kind: egress.kind,
      module: egress.module ?? null,
      waitingRecords: egress.waitingRecords,
    })),
  }));

  app.get("/v1/egresses/:namespace/:name", async (request, reply) => {
    const { namespace, name } = egressParams.parse(request.params);
    const { after, limit } = readQuery.parse(request.query);
    const records = await engine.egressRecords({ egress: `${namespace}/${name}`, after, limit });
    const items = records.map(
      (record) =>
        `{"sequence":${record.sequence},"traceId":${record.trace},"from":${JSON.stringify(record.from)},"atMs":${record.atMs},"typename":${JSON.stringify(record.value.typename)},${valueJson(record.value, values)}}`,
    );
    void reply.type("application/json");
    return withLongs(`{"records":[${items.join(",")}]}\n`, longsOf(request));
  });

  app.delete("/v1/egresses/:namespace/:name", async (request) => {
    const { namespace, name } = egressParams.parse(request.params);
    const { through } = acknowledgeQuery.parse(request.query);
    await engine.egressAcknowledge(`${namespace}/${name}`, through);
    return { acknowledgedThrough: through };
  });
}
