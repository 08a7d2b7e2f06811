/** @signalbox/functions against a real gateway: functions served in this process, messages sent and entities read with its client. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { entity, expiring, json, Reject, types } from "@signalbox/functions";
import { createClient, GatewayProblem } from "@signalbox/functions/client";
import { nodeHandler } from "@signalbox/functions/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { endpointYaml } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

const Deposit = z.object({ cents: z.number().int() });
const Statement = json(
  "bank/Statement",
  z.array(z.bigint().or(z.string())).transform((lines) => lines.map(String)),
);

const account = entity("bank/account", {
  state: { cents: types.long, lines: Statement, touched: expiring(types.bool, { afterWrite: "1h" }) },
  messages: {
    Deposit,
    transfer: json("bank/Transfer", z.object({ to: z.string(), cents: z.number().int() })),
    text: types.string,
    Größe: Deposit,
    預金: Deposit,
  },
  on: {
    Deposit(ctx, { cents }) {
      if (cents < 0) throw new Reject(`a deposit of ${cents}`);
      ctx.state.cents.set((ctx.state.cents.get() ?? 0n) + BigInt(cents));
      ctx.state.lines.set([...(ctx.state.lines.get() ?? []), `+${cents} from ${ctx.caller?.id ?? "outside"}`]);
      ctx.state.touched.set(true);
    },
    transfer(ctx, { to, cents }) {
      ctx.state.cents.set((ctx.state.cents.get() ?? 0n) - BigInt(cents));
      ctx.send(account.to(to).message("Deposit", { cents }));
    },
    Größe: (ctx, { cents }) => ctx.state.cents.set((ctx.state.cents.get() ?? 0n) + BigInt(cents)),
    預金: (ctx, { cents }) => ctx.state.cents.set((ctx.state.cents.get() ?? 0n) + BigInt(cents)),
    text(ctx, text) {
      if (text === "count") {
        for (const value of [1, 2, 3]) ctx.reply(types.int, value);
        ctx.replyDone();
      } else if (text === "cancel") ctx.cancel("later");
      else ctx.sendAfter("1ms", account.to(ctx.self.id).message("Deposit", { cents: 1 }), { token: "soon" });
    },
  },
});

describe("functions in TypeScript", () => {
  let gateway: Gateway;
  let server: Server;
  let frames = 0;
  let client: ReturnType<typeof createClient>;

  beforeAll(async () => {
    const handle = nodeHandler([account]);
    server = createServer((request, response) => {
      if (request.headers["content-type"] === "application/vnd.signalbox.frames") frames++;
      handle(request, response);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    gateway = await Gateway.start({ SIGNALBOX_BACKOFF_MAX_MS: "50" });
    await gateway.api.applyModule("bank", endpointYaml("bank/*", `http://127.0.0.1:${(server.address() as AddressInfo).port}/statefun`));
    client = createClient(gateway.url);
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await new Promise((closed) => server.close(closed));
  });

  const cents = async (id: string): Promise<unknown> => (await client.entity(account, id))?.state["cents"];

  test("keep typed state and send typed messages to each other", async () => {
    await client.send(account.to("ada").message("Deposit", { cents: 500 }));
    await client.send(account.to("ada").message("transfer", { to: "bob", cents: 200 }));
    await until(async () => (await cents("bob")) === 200n, { what: "bob's 200" });
    expect((await client.entity(account, "ada"))?.state).toEqual({ cents: 300n, lines: ["+500 from outside"], touched: true });
    expect((await client.entity(account, "bob"))?.state).toMatchObject({ lines: ["+200 from ada"] });
  });

  test("send delayed messages, and cannot cancel one that was not sent", async () => {
    await client.send(account.to("eve").message("text", "soon"));
    await client.send(account.to("eve").message("text", "cancel"));
    await until(async () => (await cents("eve")) === 1n, { what: "the delayed cent" });
  });

  test("answer a call once, and one that wants many answers with each of them", async () => {
    const count = account.to("flo").message("text", "count");
    expect((await client.call(count, types.int)).answer).toBe(1);
    const answers: number[] = [];
    for await (const answer of client.answers(count, types.int)) answers.push(answer);
    expect(answers).toEqual([1, 2, 3]);
    const wrong = client.answers(count, types.string).next();
    await expect(wrong).rejects.toThrow("the answer is a io.statefun.types/int, expected a io.statefun.types/string");
  });

  test("park their entity when they reject, with the reason", async () => {
    await client.send(account.to("mallory").message("Deposit", { cents: -1 }));
    await until(async () => (await client.entity(account, "mallory"))?.status === "parked", { what: "mallory to be parked" });
    const answer = await fetch(`${gateway.url}/v1/entities/bank/account/mallory`);
    expect(await answer.json()).toMatchObject({ failure: { code: "REJECTED", raw: "a deposit of -1\n" } });
  });

  test("say when all that followed from a message has run, or waits for a person", async () => {
    await client.send(account.to("tom").message("Deposit", { cents: 500 }));
    const transfer = await client.send(account.to("tom").message("transfer", { to: "una", cents: 200 }));
    expect(await client.trace(transfer)).toEqual({ state: "done", invocations: 2, waiting: [] });
    expect(await cents("una")).toBe(200n);
    const refused = await client.send(account.to("victor").message("Deposit", { cents: -1 }));
    expect(await client.trace(refused)).toMatchObject({
      state: "parked",
      waiting: [{ type: "bank/account", id: "victor", status: "parked" }],
    });
  });

  test("are called in frames, of which a failing one fails alone, each message once", async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `framed-${index}`);
    const amount = (index: number): number => (index % 10 === 0 ? -1 : index);
    await Promise.all(ids.map((id, index) => client.send(account.to(id).message("Deposit", { cents: amount(index) }))));
    const ended = async (id: string, index: number): Promise<boolean> =>
      index % 10 === 0 ? (await client.entity(account, id))?.status === "parked" : (await cents(id)) === BigInt(index);
    for (const [index, id] of ids.entries()) await until(() => ended(id, index), { what: `the end of ${id}` });
    const { endpoints } = (await (await fetch(`${gateway.url}/v1/endpoints`)).json()) as { endpoints: { id: string; frames: string }[] };
    expect(endpoints.find(({ id }) => id === "bank/*")?.frames).toBe("on");
    expect(frames).toBeGreaterThan(0);
  });

  test.each(["Größe", "預金"] as const)("take messages of a name in any writing, and keys: %s", async (name) => {
    const message = account.to(name).message(name, { cents: 7 });
    const first = await client.send(message, { idempotencyKey: `${name} 🗝` });
    expect(await client.send(message, { idempotencyKey: `${name} 🗝` })).toEqual(first);
    await client.trace(first);
    expect(await cents(name)).toBe(7n);
    expect((await client.call(message, types.int, { waitMs: 1 })).answer).toBeUndefined();
  });

  test("count two messages with one key once", async () => {
    const message = account.to("idem").message("Deposit", { cents: 7 });
    const first = await client.send(message, { idempotencyKey: "once" });
    expect(await client.send(message, { idempotencyKey: "once" })).toEqual(first);
    await until(async () => (await cents("idem")) === 7n, { what: "seven cents" });
  });

  test("learn from the client what the gateway refuses, and what is absent", async () => {
    const refused = client.send({ target: { type: "nobody/serves", id: "1" }, value: { typename: "a/b", bytes: new Uint8Array() } });
    await expect(refused).rejects.toBeInstanceOf(GatewayProblem);
    expect(await client.entity(account, "never")).toBeUndefined();
  });
});
