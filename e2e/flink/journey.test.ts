/** A gateway on a real Flink cluster, as somebody uses it: modules applied, changed, refused; messages in, records out; found again after a restart. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TraceRecorder } from "../stack/trace-recorder.ts";
import { until } from "../stack/until.ts";
import { FlinkStand, judge, skipped, whyNoFlink } from "./flink-stand.ts";

describe.skipIf(whyNoFlink !== undefined)(`a gateway on Flink${skipped}`, () => {
  let stand: FlinkStand;
  const sent: string[] = [];
  beforeAll(async () => {
    stand = await FlinkStand.start({ SIGNALBOX_FLINK_PARALLELISM: "1" });
  }, 300_000);
  afterAll(async () => stand?.[Symbol.asyncDispose]());

  async function say(...ids: string[]): Promise<void> {
    await stand.send(ids);
    sent.push(...ids);
    await stand.came(sent.length);
  }

  /** Waits until health has this code; undefined when it is well. */
  async function healthIs(code: string | undefined): Promise<void> {
    const asked = async (): Promise<boolean> => {
      const { health } = (await (await fetch(`${stand.gateway.url}/health`)).json()) as { health: { code?: string } };
      return health.code === code;
    };
    await until(asked, { what: `the health of the gateway to be ${code ?? "well"}`, timeoutMs: 60_000 });
  }

  it("a module becomes a job, and each message has its outputs once, with the state of each entity", async () => {
    expect(await stand.jobs()).toEqual([]);
    expect(await stand.apply(stand.module())).toMatchObject({ status: 200 });
    expect(await stand.jobs()).toHaveLength(1);
    await say("anna", "bert", "anna");
    expect(judge(sent, await stand.greetings())).toEqual({ lost: 0, doubled: 0 });
    const runtime = await (await fetch(`${stand.gateway.url}/v1/runtime`)).json();
    expect(runtime).toMatchObject({ name: "flink" });
  }, 300_000);

  it("passing calls are seen: entities as they were last, types with their values, and impossible actions are refused in words", async () => {
    const anna = { type: "example/person", id: "anna" };
    expect(await stand.gateway.api.state(anna, "visits")).toBe(2);
    const graph = (await (await fetch(`${stand.gateway.url}/v1/flow`)).json()) as { nodes: { id: string }[] };
    expect(graph.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(["type:example/person", "type:example/greeter"]));
    const cluster = async () =>
      (await fetch(`${stand.gateway.url}/v1/runtime/cluster`)).json() as Promise<{ job: { functions: { type: string }[] } | null }>;
    await until(async () => (await cluster()).job?.functions.some(({ type }) => type === "example/person"), {
      what: "the metrics of the functions",
      timeoutMs: 60_000,
    });
    expect(await cluster()).toMatchObject({ version: "1.16.2", slots: 2, step: null, job: { state: "RUNNING", parallelism: 1 } });
    const refused = await fetch(`${stand.gateway.url}/v1/entities/example/person/anna:pause`, { method: "POST" });
    expect([refused.status, await refused.text()]).toEqual([501, expect.stringContaining("Flink holds the mailboxes")]);
  }, 300_000);

  it("a changed module goes on with the state, in a new run of the job", async () => {
    const [before] = await stand.jobs();
    const more = "---\nkind: io.signalbox.v1/egress\nspec:\n  id: example/others\n";
    expect(await stand.apply(stand.module(more))).toMatchObject({ status: 200 });
    const [after, ...others] = await stand.jobs();
    expect(others).toEqual([]);
    expect(after?.jid).not.toBe(before?.jid);
    await say("anna");
    expect((await stand.greetings()).at(-1)).toMatchObject({ text: expect.stringContaining("anna"), visits: 3 });
  }, 300_000);

  it("an endpoint where nothing answers is named before the job is touched", async () => {
    const [before] = await stand.jobs();
    const dead = "---\nkind: io.statefun.endpoints.v2/http\nspec:\n  functions: nobody/*\n  urlPathTemplate: http://127.0.0.1:1/x\n";
    const refused = await stand.apply(stand.module(dead));
    expect(refused).toMatchObject({ status: 409, body: expect.stringContaining("ENDPOINT_DEAD") });
    expect(refused.body).toContain("nothing answers for nobody/* at http://127.0.0.1:1/x");
    expect(await stand.jobs()).toMatchObject([{ jid: before?.jid, state: "RUNNING" }]);
    await say("anna");
    expect((await stand.greetings()).at(-1)).toMatchObject({ visits: 4 });
  }, 300_000);

  it("the same module again starts nothing, and a gateway that comes back finds its job", async () => {
    const [before] = await stand.jobs();
    await stand.gateway.kill();
    await stand.gateway.start();
    expect((await stand.jobs()).map(({ jid }) => jid)).toEqual([before?.jid]);
    await say("bert");
    expect(judge(sent, await stand.greetings())).toEqual({ lost: 0, doubled: 0 });
  }, 300_000);

  it("messages that are sent while the cluster is gone wait, and the job goes on from its newest checkpoint when it is back", async () => {
    await stand.cluster.kill();
    await healthIs("CLUSTER_UNREACHABLE");
    await stand.send(["anna", "carl"]);
    sent.push("anna", "carl");
    const refused = await stand.apply(stand.module("---\nkind: io.signalbox.v1/egress\nspec:\n  id: example/third\n"));
    expect(refused).toMatchObject({ status: 503, body: expect.stringContaining("CLUSTER_UNREACHABLE") });
    await stand.cluster.start();
    await stand.came(sent.length);
    expect(judge(sent, await stand.greetings())).toEqual({ lost: 0, doubled: 0 });
    await healthIs(undefined);
  }, 300_000);

  it("a savepoint of the running job is a savepoint file, and a restore goes back to it: later messages are undone", async () => {
    const anna = { type: "example/person", id: "anna" };
    const visits = Number(await stand.gateway.api.state(anna, "visits"));
    const savepoint = await stand.gateway.api.takeSavepoint();
    expect(savepoint).toMatchObject({ entities: 6, messages: 0 });
    await say("anna", "anna");
    expect(await stand.gateway.api.state(anna, "visits")).toBe(visits + 2);
    await stand.gateway.api.request("POST", `/v1/savepoints/${savepoint.id}:restore`, { timeoutMs: 240_000 });
    expect(await stand.jobs()).toHaveLength(1);
    await say("anna");
    expect((await stand.greetings()).at(-1)).toMatchObject({ visits: visits + 1 });
    const eras = (await (await fetch(`${stand.gateway.url}/v1/savepoints`)).json()) as unknown;
    expect(JSON.stringify(eras)).toContain("before-restore");
  }, 300_000);

  it("a trace context goes along to each function", async () => {
    const seen: string[] = [];
    await using recorder = await TraceRecorder.start(stand.functions.url, seen);
    expect(await stand.apply(stand.module().replace(stand.functions.url, recorder.url))).toMatchObject({ status: 200 });
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const headers = { "content-type": "application/json", traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    const came = await stand.waiting();
    await fetch(`${stand.gateway.url}/v1/messages/example/person/traced`, { method: "POST", body: '"hi"', headers });
    await stand.came(came + 1);
    // The trace has two spans: one of the person, and one of the greeter that the person sent to.
    const spans = new Set(seen.filter((traceparent) => traceparent.includes(traceId)));
    expect(spans.size).toBe(2);
  }, 300_000);
});
