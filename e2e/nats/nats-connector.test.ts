/**
 * The NATS JetStream kinds on a real nats-server: the suites of all ingresses and egresses, once over lost answers, crashes of the server,
 * and what wrong addresses, credentials and streams look like. Skipped with the reason where there is no nats-server.
 */
import { Secret } from "../../apps/gateway/src/shape/secret.ts";
import { RetentionPolicy } from "@nats-io/jetstream";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { egress, ingress, type Connector } from "../../apps/gateway/src/connectors/connector.ts";
import { connectNats, type ConnectNats } from "../../apps/gateway/src/connectors/nats/nats-client.ts";
import { openNatsEgress } from "../../apps/gateway/src/connectors/nats/nats-egress.ts";
import { NatsError } from "../../apps/gateway/src/connectors/nats/nats-failure.ts";
import { openNatsIngress } from "../../apps/gateway/src/connectors/nats/nats-ingress.ts";
import type { NatsCalls } from "../../apps/gateway/src/connectors/nats/nats-wire.ts";
import { natsEgress, natsIngress, type NatsEgressSpec, type NatsIngressSpec } from "../../apps/gateway/src/connectors/nats/nats.ts";
import { connectorStand, type ConnectorStand } from "../../apps/gateway/test/connectors/connector-stand.ts";
import { egressConformance, type TestReceiver } from "../../apps/gateway/test/connectors/egress-conformance.ts";
import { ingressConformance, type TestSource } from "../../apps/gateway/test/connectors/ingress-conformance.ts";
import { until } from "../../apps/gateway/test/connectors/manual-clock.ts";
import { freePorts } from "../stack/child.ts";
import { FaultLink } from "../stack/fault-link.ts";
import { NatsServer, whyNoNats } from "../stack/nats-server.ts";

const reason = whyNoNats();

describe.skipIf(reason !== undefined)(`a real nats-server${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  let server: NatsServer;
  let link: FaultLink;
  let linkPort = 0;
  let names = 0;
  /** What a test began and does not wait for. */
  let under: Promise<unknown> = Promise.resolve();
  let stand: ConnectorStand | undefined;

  beforeAll(async () => {
    server = await NatsServer.start();
    [linkPort = 0] = await freePorts(1);
    link = await FaultLink.open(linkPort, [server.port], () => 0);
  });
  afterEach(async () => {
    await stand?.supervisor.close();
    stand = undefined;
    await under;
    await link.set({ kind: "none" });
  });
  afterAll(async () => {
    await link[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const accessAt = (port: number): NatsIngressSpec["access"] => ({
    servers: [`nats://127.0.0.1:${port}`],
    credentials: { kind: "none" },
    tls: undefined,
  });

  const ingressSpec = (stream: string, own: Partial<NatsIngressSpec> = {}): NatsIngressSpec => ({
    access: accessAt(linkPort),
    stream,
    subjects: [],
    key: { kind: "subject", token: undefined },
    valueType: "shop/order",
    targets: ["shop/cart"],
    startup: { kind: "earliest" },
    invalid: { kind: "park" },
    ...own,
  });

  const create = async (stream: string, own: { readonly retention?: RetentionPolicy } = {}): Promise<void> => {
    await (await server.manager).streams.add({ name: stream, subjects: [`${stream}.>`], ...own });
  };
  const put = async (stream: string, ...texts: readonly string[]): Promise<void> => {
    for (const text of texts) await server.client.publish(`${stream}.anna`, Buffer.from(text));
  };
  const textsOf = async (stream: string): Promise<string[]> => {
    const manager = await server.manager;
    const { state } = await manager.streams.info(stream);
    const texts: string[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq++)
      texts.push(Buffer.from((await manager.streams.getMessage(stream, { seq }))?.data ?? []).toString());
    return texts;
  };
  const next = (work: () => Promise<unknown>): void => {
    under = under.then(work);
  };

  /** Wraps the library and counts the open connections; `publish` can replace a call. */
  function counted(publish: (calls: NatsCalls) => NatsCalls["publish"] = (calls) => calls.publish) {
    const count = { open: 0 };
    const connect: ConnectNats = async (access, context) => {
      const calls = await connectNats(access, context);
      count.open++;
      const close = async (): Promise<void> => {
        count.open--;
        await calls.close();
      };
      return { ...calls, publish: publish(calls), close };
    };
    return { count, connect };
  }

  const outcomes = async (one: ConnectorStand, direction: "ingress" | "egress"): Promise<string[]> =>
    ((await one.supervisor.check(direction, "shop/io")) ?? []).map(({ outcome }) => outcome);

  const parts = ({ kind, word, meaning, shape }: Connector): Pick<Connector, "kind" | "word" | "meaning" | "shape"> => ({
    kind,
    word,
    meaning,
    shape,
  });

  function natsSource(): TestSource {
    const stream = `orders-${++names}`;
    const { count, connect } = counted();
    let durable = 0;
    next(() => create(stream));
    const spec = ingressSpec(stream);
    return {
      connector: ingress<NatsIngressSpec>({
        ...parts(natsIngress),
        direction: "ingress",
        read: () => ({ id: "shop/io", spec, claims: [] }),
        open: async (own, context) => {
          const opened = await openNatsIngress(own, context, connect);
          return {
            ended: opened.ended ?? Promise.resolve(),
            close: () => opened.close(),
            durable: (position) => {
              durable = Number(position.split(" ")[1]);
            },
          };
        },
      }),
      spec,
      put: (...texts) => next(() => put(stream, ...texts)),
      breakOff: () => link.reset(),
      down: (isDown) => next(() => link.set({ kind: isDown ? "refuse" : "none" })),
      open: () => count.open,
      durable: () => durable,
    };
  }

  function natsReceiver(): TestReceiver {
    const stream = `receipts-${++names}`;
    const got: string[] = [];
    let failing = 0;
    next(() => create(stream));
    const { count, connect } = counted((calls) => async (message) => {
      if (failing-- > 0) throw new NatsError({ code: "TimeoutError", where: message.subject, detail: "" });
      await calls.publish(message);
      got.push(Buffer.from(message.data).toString());
    });
    const spec: NatsEgressSpec = { access: accessAt(linkPort), subject: `${stream}.all`, stream, order: "all", deadLetters: undefined };
    return {
      connector: egress<NatsEgressSpec>({
        ...parts(natsEgress),
        direction: "egress",
        read: () => ({ id: "shop/io", spec, claims: [] }),
        open: (own, context) => openNatsEgress(own, context, connect),
      }),
      spec,
      specWithDeadLetters: { ...spec, deadLetters: "shop/dead" },
      // The server refuses this record, because it is too large.
      recordOf: (text) => ({ typename: "t/v", bytes: text === "bad" ? Buffer.alloc(1024 * 1024 + 1) : Buffer.from(text) }),
      received: () => got,
      fail: (times) => {
        failing = times;
      },
      refuse: () => undefined,
      open: () => count.open,
    };
  }

  const begun = async (connector: Connector, spec: unknown, engine?: ConnectorStand["engine"]): Promise<ConnectorStand> => {
    await stand?.supervisor.close();
    stand = connectorStand(connector, spec, engine);
    await stand.begin();
    return stand;
  };

  ingressConformance(natsIngress, "over a stream", { makeSource: natsSource, manyRecords: 3000 });
  egressConformance(natsEgress, "into a stream", natsReceiver);

  test("an entity's id is a token of the subject or a header; a message without one is put aside in its place", async () => {
    await create("ids");
    const spec = ingressSpec("ids", { key: { kind: "subject", token: 2 }, subjects: ["ids.*.placed"], invalid: { kind: "park" } });
    await server.client.publish("ids.anna.placed", Buffer.from("1"));
    await server.client.publish("ids.anna.shipped", Buffer.from("not read"));
    await server.client.publish("ids.bert.placed", Buffer.from("2"));
    const { engine, clock } = await begun(natsIngress, spec);
    await until(clock, () => engine.taken.length === 2);
    expect(engine.taken.map(({ target }) => target.id)).toEqual(["anna", "bert"]);
    const byHeader = ingressSpec("ids", { key: { kind: "header", name: "customer" } });
    const second = await begun(natsIngress, byHeader);
    await until(second.clock, () => second.engine.taken.length === 3);
    expect(JSON.parse(second.engine.texts()[0] ?? "")).toMatchObject({
      what: expect.stringContaining("no header customer"),
      position: "1",
    });
  });

  test("latest is the end at the first start, also when it crashed before the first message came", async () => {
    await create("latest");
    await put("latest", "old");
    const spec = ingressSpec("latest", { startup: { kind: "latest" } });
    const first = await begun(natsIngress, spec);
    await until(first.clock, () => first.engine.positions.size === 1);
    await first.supervisor.close();
    await put("latest", "while nobody read");
    const { engine, clock } = await begun(natsIngress, spec, first.engine);
    await until(clock, () => engine.taken.length === 1);
    expect(engine.texts()).toEqual(["while nobody read"]);
  });

  test("a stream that is deleted and created anew while it is read is named, and read from its first message", async () => {
    await create("again");
    await put("again", "1");
    const { engine, clock, state, supervisor } = await begun(natsIngress, ingressSpec("again"));
    await until(clock, () => engine.taken.length === 1);
    await (await server.manager).streams.delete("again");
    await until(clock, () => state() === "waiting" && /the stream/.test(JSON.stringify(supervisor.views()[0]?.state)));
    await create("again");
    await put("again", "2");
    await until(clock, () => engine.taken.length === 2);
    expect(engine.texts()).toEqual(["1", "2"]);
  });

  test("an absent stream is awaited, and a work queue is refused", async () => {
    const first = await begun(natsIngress, ingressSpec("nowhere"));
    await until(first.clock, () => first.state() === "waiting");
    expect(first.supervisor.views()[0]?.state).toMatchObject({ what: expect.stringContaining("the stream is not there") });
    await create("queue", { retention: RetentionPolicy.Workqueue });
    const second = await begun(natsIngress, ingressSpec("queue"));
    await until(second.clock, () => second.state() === "refused");
    expect(second.supervisor.views()[0]?.state).toMatchObject({ what: expect.stringContaining("work queue") });
  });

  test("records whose answers were lost are in the stream once, in order of their sender, also over a restart of the gateway", async () => {
    await create("once");
    let lost = 5;
    const { connect } = counted((calls) => async (message) => {
      await calls.publish(message);
      if (lost-- > 0) throw new NatsError({ code: "TimeoutError", where: message.subject, detail: "" });
    });
    const spec: NatsEgressSpec = {
      access: accessAt(linkPort),
      subject: "once.{id}",
      stream: "once",
      order: "sender",
      deadLetters: undefined,
    };
    const connector = egress<NatsEgressSpec>({
      ...parts(natsEgress),
      direction: "egress",
      read: () => ({ id: "shop/io", spec, claims: [] }),
      open: (own, context) => openNatsEgress(own, context, connect),
    });
    const first = await begun(connector, spec);
    first.engine.put("shop/io", "1", "2", "3", "4", "5", "6");
    await until(first.clock, () => lost < 0);
    // The connector ends before it could acknowledge anything more.
    await first.supervisor.close();
    const { engine, clock } = await begun(connector, spec, first.engine);
    engine.put("shop/io", "7");
    await until(clock, () => engine.outbox.length === 0);
    expect((await textsOf("once")).sort()).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
  });

  test("a subject that no stream takes keeps its records waiting, is named, and gets them when there is one", async () => {
    const spec: NatsEgressSpec = {
      access: accessAt(linkPort),
      subject: "later.{id}",
      stream: undefined,
      order: "sender",
      deadLetters: undefined,
    };
    const { engine, clock, state, supervisor } = await begun(natsEgress, spec);
    engine.put("shop/io", "1", "2");
    await until(clock, () => state() === "held-back");
    expect(supervisor.views()[0]?.state).toMatchObject({ what: expect.stringContaining("no stream takes the subject") });
    await create("later");
    await until(clock, () => engine.outbox.length === 0);
    expect(await textsOf("later")).toEqual(["1", "2"]);
  });

  test("a server that is killed and comes back loses nothing, in and out", async () => {
    const own = await NatsServer.start();
    try {
      await (await own.manager).streams.add({ name: "kept", subjects: ["kept.>"] });
      const spec: NatsEgressSpec = {
        access: accessAt(own.port),
        subject: "kept.{id}",
        stream: "kept",
        order: "sender",
        deadLetters: undefined,
      };
      const out = await begun(natsEgress, spec);
      const inward = connectorStand(natsIngress, ingressSpec("kept", { access: accessAt(own.port) }));
      await inward.begin();
      out.engine.put("shop/io", "1", "2");
      await until(out.clock, () => out.engine.outbox.length === 0);
      await until(inward.clock, () => inward.engine.taken.length === 2);
      await own.restart();
      out.engine.put("shop/io", "3");
      await until(out.clock, () => out.engine.outbox.length === 0);
      await until(inward.clock, () => inward.engine.taken.length === 3);
      expect(inward.engine.texts()).toEqual(["1", "2", "3"]);
      await inward.supervisor.close();
    } finally {
      await stand?.supervisor.close();
      await own[Symbol.asyncDispose]();
    }
  });

  test("wrong credentials are named and tried again, as a server may accept them later; right ones come in, and an address without a listener is awaited", async () => {
    const own = await NatsServer.start([{ user: "anna", password: "secret" }]);
    try {
      const login = (password: string): NatsIngressSpec["access"] => ({
        ...accessAt(own.port),
        credentials: { kind: "user", user: "anna", password: new Secret(password) },
      });
      await (await own.manager).streams.add({ name: "mine", subjects: ["mine.>"] });
      const wrong = await begun(natsIngress, ingressSpec("mine", { access: login("wrong") }));
      await until(wrong.clock, () => wrong.state() === "waiting");
      expect(wrong.supervisor.views()[0]?.state).toMatchObject({ what: expect.stringContaining("refuses the credentials") });
      expect(await outcomes(wrong, "ingress")).toEqual(["holds", "fails", "not-asked"]);
      const right = await begun(natsIngress, ingressSpec("mine", { access: login("secret") }));
      await until(right.clock, () => right.state() === "running");
      expect(await outcomes(right, "ingress")).toEqual(["holds", "holds", "holds"]);
      const egressTo = (subject: string): NatsEgressSpec => ({
        access: login("secret"),
        subject,
        stream: undefined,
        order: "sender",
        deadLetters: undefined,
      });
      const taken = await begun(natsEgress, egressTo("mine.of-{id}"));
      expect(await outcomes(taken, "egress")).toEqual(["holds", "holds", "holds"]);
      const untaken = await begun(natsEgress, egressTo("other.{id}"));
      expect(await outcomes(untaken, "egress")).toEqual(["holds", "holds", "fails"]);
      const [nobody = 0] = await freePorts(1);
      const none = await begun(natsIngress, ingressSpec("mine", { access: accessAt(nobody) }));
      await until(none.clock, () => none.state() === "waiting");
      expect(await outcomes(none, "ingress")).toEqual(["fails", "not-asked", "not-asked"]);
      expect(none.supervisor.views()[0]?.state).toMatchObject({ what: expect.stringContaining("nothing listens") });
    } finally {
      await stand?.supervisor.close();
      await own[Symbol.asyncDispose]();
    }
  });
});
