/** doors: what waits in an egress, with its values. Reading removes nothing. */
import { z } from "zod";
import { addressView } from "../../services/entities/entity-views.ts";
import { procedure, router } from "./init.ts";
import { page, utf8Text } from "../../contract/inputs.ts";
import type { EgressPageView } from "../../contract/views.ts";

const egress = utf8Text.min(1).max(1024);

export const doorsRouter = router({
  /** The cursor is the sequence of the last record of the page before. */
  egress: procedure.input(z.object({ egress, ...page })).query(async ({ ctx, input }): Promise<EgressPageView> => {
    const known = ctx.engine.egresses().find(({ id }) => id === input.egress);
    const after = Number(input.cursor ?? 0);
    const records = await ctx.engine.egressRecords({
      egress: input.egress,
      after: Number.isSafeInteger(after) ? after : 0,
      limit: input.limit,
    });
    return {
      kind: known?.kind ?? "undeclared",
      module: known?.module ?? null,
      waitingRecords: known?.waitingRecords ?? 0,
      records: records.map(({ sequence, trace, from, atMs, value }) => ({
        sequence,
        trace,
        from: addressView(from),
        atMs,
        value: ctx.values.view(value),
      })),
      cursor: records.length < input.limit ? null : String(records.at(-1)?.sequence ?? 0),
    };
  }),
});
