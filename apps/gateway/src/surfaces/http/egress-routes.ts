/** /v1/egresses/{namespace}/{name}: the records that wait to be fetched. Reading removes nothing; DELETE ?through= acknowledges. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { GuardedServices } from "../../services/guarded.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import { principalOf } from "../principal-of.ts";
import { longsOf, withLongs } from "./longs.ts";
import { valueJson } from "./entity-json.ts";

const egressParams = z.object({ namespace: z.string().min(1), name: z.string().min(1) });
const readQuery = z.object({
  after: z.coerce.number().optional(),
  limit: z.coerce.number().optional(),
});
const acknowledgeQuery = z.object({ through: z.coerce.number() });

export function egressRoutes(app: FastifyInstance, { doors }: Pick<GuardedServices, "doors">, values: ValueCodec): void {
  app.get("/v1/egresses/:namespace/:name", async (request, reply) => {
    const { namespace, name } = egressParams.parse(request.params);
    const records = await doors.records(principalOf(request), { egress: `${namespace}/${name}`, ...readQuery.parse(request.query) });
    const items = records.map(
      (record) =>
        `{"sequence":${record.sequence},"traceId":${record.trace},"from":${JSON.stringify(record.from)},"atMs":${record.atMs},"typename":${JSON.stringify(record.value.typename)},${valueJson(record.value, values)}}`,
    );
    void reply.type("application/json");
    return withLongs(`{"records":[${items.join(",")}]}\n`, longsOf(request));
  });

  app.delete("/v1/egresses/:namespace/:name", async (request) => {
    const { namespace, name } = egressParams.parse(request.params);
    return doors.acknowledge(principalOf(request), { egress: `${namespace}/${name}`, ...acknowledgeQuery.parse(request.query) });
  });
}
