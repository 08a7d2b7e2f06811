/**
 * The check of a connector: it answers question by question, within a bounded time, and changes nothing that is open.
 */
import { afterEach, describe, expect, test } from "vitest";
import type { ConnectorCheck } from "../../src/connectors/connector-check.ts";
import { ConnectorFailure } from "../../src/connectors/connector-failure.ts";
import { ingress } from "../../src/connectors/connector.ts";
import { ioId, readId } from "../../src/connectors/io-id.ts";
import { connectorStand, type ConnectorStand } from "./connector-stand.ts";
import { settled } from "./manual-clock.ts";

let stand: ConnectorStand | undefined;
afterEach(() => stand?.supervisor.close());

async function begun(check?: () => Promise<ConnectorCheck>): Promise<ConnectorStand> {
  const connector = ingress({
    direction: "ingress",
    kind: "test.asked.v1/ingress",
    word: "asked",
    meaning: "Is there to be asked.",
    shape: { id: ioId },
    read: (spec) => ({ ...readId(spec, "ingress"), spec: {} }),
    open: async () => ({ close: async () => undefined }),
    ...(check === undefined ? {} : { check }),
  });
  stand = connectorStand(connector, {});
  await stand.begin();
  return stand;
}

const yes = (): Promise<void> => Promise.resolve();
const no = (): Promise<never> => Promise.reject(new ConnectorFailure("refused", { what: "the door is shut", cure: "Open it." }));

describe("a check", () => {
  test("answers in the order of its questions, and asks none behind one that fails", async () => {
    let askedBehind = false;
    const behind = async (): Promise<void> => {
      askedBehind = true;
    };
    const questions = [
      { what: "a", ask: yes },
      { what: "b", ask: no },
      { what: "c", ask: behind },
    ];
    let closed = 0;
    const { supervisor } = await begun(async () => ({ questions, close: async () => void closed++ }));
    expect(await supervisor.check("ingress", "shop/io")).toEqual([
      { what: "a", outcome: "holds", problem: undefined },
      { what: "b", outcome: "fails", problem: { what: "the door is shut", cure: "Open it." } },
      { what: "c", outcome: "not-asked", problem: undefined },
    ]);
    expect([askedBehind, closed]).toEqual([false, 1]);
  });

  test("changes nothing of the open connector", async () => {
    const { supervisor, clock } = await begun(async () => ({ questions: [{ what: "a", ask: no }] }));
    await settled();
    const before = supervisor.views();
    await supervisor.check("ingress", "shop/io");
    expect(supervisor.views()).toEqual(before);
    expect([supervisor.views()[0]?.state.kind, clock.waiting]).toEqual(["running", 0]);
  });

  test("that gets no answer ends after its time, and says so", async () => {
    const { supervisor, clock } = await begun(async () => ({ questions: [{ what: "a", ask: () => new Promise(() => undefined) }] }));
    const asked = supervisor.check("ingress", "shop/io");
    await settled();
    expect(clock.next()).toBe(true);
    expect(await asked).toMatchObject([{ outcome: "fails", problem: { what: "no answer within 20 s" } }]);
  });

  test("that already runs answers every caller that asks meanwhile", async () => {
    let made = 0;
    const { supervisor } = await begun(async () => ({ questions: [{ what: "a", ask: async () => void made++ }] }));
    const [first, second] = await Promise.all([supervisor.check("ingress", "shop/io"), supervisor.check("ingress", "shop/io")]);
    expect([first === second, made]).toEqual([true, 1]);
  });

  test("ends when its connector is closed", async () => {
    const { supervisor } = await begun(async () => ({ questions: [{ what: "a", ask: () => new Promise(() => undefined) }] }));
    const asked = supervisor.check("ingress", "shop/io");
    await settled();
    await supervisor.close();
    expect(await asked).toMatchObject([{ outcome: "fails", problem: { what: "it is closed" } }]);
  });

  test("is absent where a kind has nothing to ask, or no module declares it", async () => {
    const { supervisor } = await begun();
    expect(supervisor.views()[0]?.canCheck).toBe(false);
    expect(await supervisor.check("ingress", "shop/io")).toBeUndefined();
    expect(await supervisor.check("ingress", "shop/other")).toBeUndefined();
  });
});
