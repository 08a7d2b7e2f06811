/** entities: browse by type and prefix, look into one, read its history, and act on it or on all with a status. */
import { entityStatuses } from "@signalbox/engine";
import { z } from "zod";
import type { Context } from "./context.ts";
import { addressView, entityDetail, journalEntry } from "../../services/entities/entity-views.ts";
import { procedure, router } from "./init.ts";
import { reachOf, typesKnownBefore } from "../../services/eras/past.ts";
import { action, address, entityAction, knownType, page, typedText, utf8Text } from "../../contract/inputs.ts";
import { typedValue } from "../../values/typed-text.ts";
import type { EntityDetail, EntityRow, JournalEntryView } from "../../contract/views.ts";

export const entitiesRouter = router({
  types: procedure.query(({ ctx }) => [
    ...ctx.engine
      .functionTypes()
      .filter(({ answered }) => answered)
      .map((type) => ({ type: type.type, endpoint: type.endpoint ?? null, knownBefore: null })),
    ...[...typesKnownBefore(ctx.engine)].map(([type, knownBefore]) => ({ type, endpoint: null, knownBefore })),
  ]),

  list: procedure.input(z.object({ type: knownType, prefix: z.string().max(4096).default(""), ...page })).query(async ({ ctx, input }) => {
    const found = await ctx.engine.entities({
      type: input.type,
      prefix: input.prefix === "" ? undefined : input.prefix,
      cursor: input.cursor ?? undefined,
      limit: input.limit,
    });
    const items: EntityRow[] = found.items.map((row) => ({
      address: addressView(row.address),
      status: row.status,
      mailboxDepth: row.mailboxDepth,
    }));
    return { items, cursor: found.cursor ?? null };
  }),

  get: procedure.input(address).query(async ({ ctx, input }): Promise<EntityDetail | null> => {
    const entity = await ctx.engine.entity(input);
    return entity === undefined ? null : entityDetail(entity, { values: ctx.values, endpoint: endpointOf(ctx, input.type) });
  }),

  history: procedure.input(address.extend(page)).query(async ({ ctx, input }) => {
    const found = await ctx.engine.history({
      address: { type: input.type, id: input.id },
      cursor: input.cursor ?? undefined,
      limit: input.limit,
    });
    const items: JournalEntryView[] = found.items.map((record) => journalEntry(record, ctx));
    return { items, cursor: found.cursor ?? null, reach: await reachOf(ctx.engine) };
  }),

  act: procedure.input(address.extend({ action })).mutation(async ({ ctx, input }) => {
    const { changed } = await ctx.engine.act({ kind: "one", address: { type: input.type, id: input.id } }, entityAction(input.action));
    return { changed };
  }),

  actAll: procedure
    .input(z.object({ type: knownType.nullable(), status: z.enum(entityStatuses), action }))
    .mutation(async ({ ctx, input }) => {
      const { changed } = await ctx.engine.act(
        { kind: "by-status", type: input.type ?? undefined, status: input.status },
        entityAction(input.action),
      );
      return { changed };
    }),

  editState: procedure
    .input(address.extend({ name: utf8Text.min(1).max(512), value: typedText.nullable() }))
    .mutation(async ({ ctx, input }) => {
      const value = input.value === null ? undefined : typedValue(ctx.values, input.value);
      await ctx.engine.editState({ type: input.type, id: input.id }, input.name, value);
      return {};
    }),

  editHead: procedure.input(address.extend({ value: typedText })).mutation(async ({ ctx, input }) => {
    const value = typedValue(ctx.values, input.value);
    await ctx.engine.act({ kind: "one", address: { type: input.type, id: input.id } }, { kind: "edit-head", value });
    return {};
  }),
});

export function endpointOf(ctx: Pick<Context, "engine">, type: string): string | null {
  return ctx.engine.functionTypes().find((row) => row.type === type)?.endpoint ?? null;
}
