/**
 * The real OpenTelemetry collector understands what the gateway exports: spans of a trace that came with a request, with the right parents,
 * failures as spans and log lines; and while it is away the traffic goes on. Skipped with the reason where there is no collector.
 */
import { describe, expect, it } from "vitest";
import { Gateway } from "../stack/gateway.ts";
import { OtelCollector, whyNoCollector } from "../stack/otel-collector.ts";
import { freePorts } from "../stack/child.ts";
import { until } from "../stack/until.ts";

const reason = whyNoCollector();

const moduleYaml = `kind: io.signalbox.endpoints.v1/embedded
spec:
  functions: shop/*
  source:
    type: code
    code: |
      import { entity, Reject, types } from "@signalbox/functions";
      export const stock = entity("shop/stock", { state: {}, messages: { text: types.string }, on: { text() {} } });
      export const cart = entity("shop/cart", {
        state: {},
        messages: { text: types.string },
        on: {
          text(ctx, text: string) {
            if (text === "bad") throw new Reject("no such thing");
            ctx.send(stock.to("s1").message("text", text));
          },
        },
      });
`;

interface Health {
  readonly telemetry: { readonly state: string; readonly problem: string | null; readonly counts: Record<string, number> };
}

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parentId = "00f067aa0ba902b7";

describe.skipIf(reason !== undefined)(`OpenTelemetry${reason === undefined ? "" : ` (${reason})`}`, () => {
  it("gets whole traces below the caller's span, and failures as spans and lines", async () => {
    await using collector = await OtelCollector.start();
    await using gateway = await Gateway.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_SERVICE_NAME: "shop",
      SIGNALBOX_OTEL_SAMPLE_PERCENT: "100",
      SIGNALBOX_ATTEMPTS_MAX: "1",
    });
    await put(gateway);
    await send(gateway, "anna", "good", `00-${traceId}-${parentId}-01`);
    await send(gateway, "berta", "bad");
    await until(() => collector.output.includes("is parked") && collector.output.includes("process shop/stock"), {
      what: "both to arrive",
      timeoutMs: 30_000,
    });
    const { output } = collector;
    expect(output).toContain("service.name: Str(shop)");
    const spans = output.split("Span #").slice(1);
    const cart = spans.find((span) => span.includes("process shop/cart") && span.includes(traceId)) ?? "";
    const stock = spans.find((span) => span.includes("process shop/stock") && span.includes(traceId)) ?? "";
    expect(cart).toMatch(new RegExp(`Parent ID +: ${parentId}`));
    const [, cartSpan = "none"] = /\n +ID +: ([\da-f]{16})/.exec(cart) ?? [];
    expect(stock).toMatch(new RegExp(`Parent ID +: ${cartSpan}`));
    expect(cart).toMatch(/Kind +: Consumer/);
    expect(cart).toContain("signalbox.entity.id: Str(anna)");
    const failed = spans.find((span) => span.includes("signalbox.entity.id: Str(berta)")) ?? "";
    expect(failed).toMatch(/Status code +: Error/);
    expect(output).toMatch(/SeverityText: ERROR/);
    await until(async () => ((await health(gateway)).telemetry.counts["sentSpans"] ?? 0) > 0, { what: "what was sent to be told" });
    expect((await health(gateway)).telemetry.state).toBe("exporting");
    expect(await (await fetch(`${gateway.url}/metrics`)).text()).toMatch(/signalbox_telemetry_exported_total\{signal="spans"\} [1-9]/);
  }, 120_000);

  it("may be away: messages are taken as before, health says why nothing is exported, and waiting spans arrive later", async () => {
    const [port = 0] = await freePorts(1);
    await using gateway = await Gateway.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      SIGNALBOX_OTEL_SAMPLE_PERCENT: "100",
    });
    await put(gateway);
    for (let at = 0; at < 50; at++) await send(gateway, `e${at}`, "good");
    const failing = await until(
      async () => {
        const { telemetry } = await health(gateway);
        return telemetry.state === "failing" ? telemetry : undefined;
      },
      { what: "health to say that it fails" },
    );
    expect(failing.problem).toContain("ECONNREFUSED");
    await using collector = await OtelCollector.start(port);
    await until(() => collector.output.includes("process shop/stock"), { what: "what waited to arrive", timeoutMs: 60_000 });
    await until(async () => (await health(gateway)).telemetry.state === "exporting", { what: "the state to be well again" });
  }, 120_000);
});

async function put(gateway: Gateway): Promise<void> {
  const answer = await fetch(`${gateway.url}/v1/modules/shop`, { method: "PUT", body: moduleYaml });
  if (!answer.ok) throw new Error(await answer.text());
}

async function send(gateway: Gateway, id: string, text: string, traceparent?: string): Promise<void> {
  const headers: Record<string, string> = traceparent === undefined ? {} : { traceparent };
  const answer = await fetch(`${gateway.url}/v1/messages/shop/cart/${id}`, { method: "POST", body: text, headers });
  if (answer.status !== 202) throw new Error(await answer.text());
}

async function health(gateway: Gateway): Promise<Health> {
  return (await (await fetch(`${gateway.url}/health`)).json()) as Health;
}
