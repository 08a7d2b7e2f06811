/**
 * savepoints diff: shows what differs between two savepoints, or one and the current data: by type, with the gateway's answers added up, or
 * for one type entity by entity.
 */
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";

interface Step {
  readonly types?: readonly TypeDifference[];
  readonly items?: readonly unknown[];
  readonly cursor: string | null;
}

interface TypeDifference {
  readonly type: string;
  readonly came: number;
  readonly went: number;
  readonly changed: number;
  readonly same: number;
}

const itemsMax = 100_000;

export function addSavepointsDiff(savepoints: Command, context: CommandContext): void {
  const diff = savepoints
    .command("diff")
    .description("What differs between two savepoints, or one and now: by type how many entities came, went and changed")
    .argument("<from>", "id of a savepoint")
    .argument("[to]", "another one, or now", "now")
    .option("--type <type>", "the entities of this type that differ, one by one")
    .addHelpText("after", "\nExample: signalbox savepoints diff 20261128-084725-8406 now --type shop/cart");
  diff.action(async (from: string, to: string) => {
    const { type } = diff.opts<{ type?: string }>();
    const path = `/v1/comparisons/${type === undefined ? "types" : "changed"}`;
    const sums = new Map<string, TypeDifference>();
    const items: unknown[] = [];
    for (let cursor: string | null | undefined; cursor !== null && items.length < itemsMax; ) {
      const query = { from, to, ...(type === undefined ? {} : { type, limit: 500 }), ...(cursor === undefined ? {} : { cursor }) };
      const step = (await context.client(diff).record({ method: "GET", path, query }, "cursor")) as Step;
      for (const one of step.types ?? []) sums.set(one.type, added(sums.get(one.type), one));
      items.push(...(step.items ?? []));
      ({ cursor } = step);
    }
    context.print(diff, type === undefined ? { types: [...sums.values()] } : { items });
    if (items.length >= itemsMax) context.io.err(`There may be more: the first ${itemsMax} were asked for.\n`);
  });
}

function added(before: TypeDifference | undefined, { type, came, went, changed, same }: TypeDifference): TypeDifference {
  if (before === undefined) return { type, came, went, changed, same };
  return {
    type,
    came: before.came + came,
    went: before.went + went,
    changed: before.changed + changed,
    same: before.same + same,
  };
}
