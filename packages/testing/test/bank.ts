/** A bank for the tests of the test kit: right as `bank()`, and wrong in one way each as `bank(bug)`. */
import { entity, json, Reject, record, types, type AnyEntity, type OutgoingMessage } from "@signalbox/functions";
import { z } from "zod";

const Transfer = json("bank/Transfer", z.object({ to: z.string(), cents: z.number().int() }));
const Credit = json("bank/Credit", z.object({ cents: z.number().int() }));

export type Bug = "none" | "remembers" | "asks the time" | "draws" | "counts calls" | "sends the double";

export interface Bank {
  readonly entities: readonly AnyEntity[];
  credit(id: string, cents: number): OutgoingMessage;
  transfer(from: string, to: string, cents: number): OutgoingMessage;
  remind(id: string): OutgoingMessage;
  account(id: string): { readonly type: string; readonly id: string };
}

/** With `remembers` it keeps the balance in the process, as a function with its own memory would. */
export function bank(bug: Bug = "none"): Bank {
  const remembered = new Map<string, number>();
  let calls = 0;
  const account = entity("bank/account", {
    state: { cents: types.int, reminded: types.bool, note: types.string },
    messages: { transfer: Transfer, credit: Credit, remind: types.string },
    on: {
      credit(ctx, { cents }) {
        if (cents < 0) throw new Reject(`a credit of ${cents}`);
        const before = bug === "remembers" ? (remembered.get(ctx.self.id) ?? 0) : (ctx.state.cents.get() ?? 0);
        remembered.set(ctx.self.id, before + cents);
        ctx.state.cents.set(before + cents);
        ctx.egress("bank/journal", record(types.string, `${ctx.self.id} +${cents}`));
        if (bug === "asks the time") ctx.state.note.set(String(process.hrtime.bigint()));
        if (bug === "draws") ctx.state.note.set(String(Math.random()));
        if (bug === "counts calls") ctx.state.note.set(String(++calls));
      },
      transfer(ctx, { to, cents }) {
        const before = ctx.state.cents.get() ?? 0;
        if (before < cents) return;
        ctx.state.cents.set(before - cents);
        ctx.send(account.to(to).message("credit", { cents }));
        if (bug === "sends the double" && cents === 13) ctx.send(account.to(to).message("credit", { cents }));
      },
      async remind(ctx, text) {
        await Promise.resolve();
        if (text === "cancel") ctx.cancel("reminder");
        else if (text === "now") ctx.state.reminded.set(true);
        else ctx.sendAfter("10m", account.to(ctx.self.id).message("remind", "now"), { token: "reminder" });
        ctx.log.info(text);
      },
    },
  });
  return {
    entities: [account],
    account: (id) => account.to(id),
    credit: (id, cents) => account.to(id).message("credit", { cents }),
    transfer: (from, to, cents) => account.to(from).message("transfer", { to, cents }),
    remind: (id) => account.to(id).message("remind", "later"),
  };
}
