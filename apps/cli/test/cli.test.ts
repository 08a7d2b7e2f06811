/** The command line without a gateway: what it asks for, what it prints, and how it ends. */
import { describe, expect, test } from "vitest";
import { readOperations } from "../src/operations.ts";
import { createProgram } from "../src/program.ts";
import { answering, type Asked } from "./answering.ts";
import { runCli } from "./run-cli.ts";

describe("a gateway from here", () => {
  test("flags of start take precedence over the variables that they name", async () => {
    const started: { program: string; environment: Readonly<Record<string, string | undefined>> }[] = [];
    const startProgram = (program: string, environment: Readonly<Record<string, string | undefined>>) => {
      started.push({ program, environment });
      return { url: Promise.resolve(undefined), ended: Promise.resolve(0) };
    };
    const environment = { SIGNALBOX_PORT: "1", SIGNALBOX_LOG_LEVEL: "warn" };
    expect((await runCli(["start", "--port", "2", "--postgres-port", "3", "--data-dir", "/d"], { startProgram, environment })).code).toBe(
      0,
    );
    expect(started[0]?.program).toMatch(/tools[\\/]start\.mjs$/);
    expect(started[0]?.environment).toEqual({
      SIGNALBOX_PORT: "2",
      SIGNALBOX_POSTGRES_PORT: "3",
      SIGNALBOX_DATA_DIR: "/d",
      SIGNALBOX_LOG_LEVEL: "warn",
    });
  });

  test("a gateway that could not start is a failure, and an absent one is reported", async () => {
    const startProgram = () => ({ url: Promise.resolve(undefined), ended: Promise.resolve(78) });
    expect(await runCli(["start"], { startProgram })).toMatchObject({ code: 1, err: expect.stringContaining("78") });
    expect(await runCli(["start"], { environment: { SIGNALBOX_HOME: "/nowhere" } })).toMatchObject({
      code: 3,
      err: expect.stringContaining("SIGNALBOX_HOME"),
    });
    expect(await runCli(["dev", "nothing.ts", "--functions", "a/*"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("nothing.ts"),
    });
    expect((await runCli(["dev", "nothing.ts"])).code).toBe(2);
  });
});

describe("a request of the command line", () => {
  test("sends a message to the entity with its type, its key and the token", async () => {
    const asked: Asked[] = [];
    const words = [
      "send",
      "shop/cart/ada/of/old",
      '{"n":1}',
      "--type",
      "shop/Add",
      "--key",
      "k1",
      "--token",
      "sb_x",
      "--url",
      "http://h:1/sb/",
    ];
    await runCli(words, { fetch: answering(202, { messageId: 1, traceId: 1 }, asked) });
    expect(asked[0]).toMatchObject({ method: "POST", url: "http://h:1/sb/v1/messages/shop/cart/ada%2Fof%2Fold", body: '{"n":1}' });
    const { headers } = asked[0] ?? { headers: new Headers() };
    expect([headers.get("content-type"), headers.get("idempotency-key"), headers.get("authorization")]).toEqual([
      "application/vnd.shop/Add",
      "k1",
      "Bearer sb_x",
    ]);
  });

  test("goes to the gateway of the environment, and a flag overrules it", async () => {
    const asked: Asked[] = [];
    const options = {
      fetch: answering(200, { modules: [] }, asked),
      environment: { SIGNALBOX_URL: "http://e:1", SIGNALBOX_TOKEN: "sb_e" },
    };
    await runCli(["modules", "list"], options);
    await runCli(["modules", "list", "--url", "http://f:2"], options);
    expect(asked.map(({ url }) => url)).toEqual(["http://e:1/v1/modules", "http://f:2/v1/modules"]);
    expect(asked[0]?.headers.get("authorization")).toBe("Bearer sb_e");
  });

  test("of a list or an export takes a filter, and an export is printed as it comes", async () => {
    const asked: Asked[] = [];
    const options = { fetch: answering(200, { items: [], causes: [] }, asked), environment: { SIGNALBOX_URL: "http://e:1" } };
    await runCli(["entities", "ls", "shop/cart", "--filter", "state.n > 5"], options);
    await runCli(["failures", "ls", "--filter", "parked > 1"], options);
    const exported = await runCli(["entities", "export", "shop/cart", "--filter", "state.n > 5", "--format", "csv"], {
      ...options,
      fetch: async (url) => {
        asked.push({ method: "GET", url: url instanceof URL ? url.href : "", headers: new Headers(), body: "" });
        return new Response("type,id\r\nshop/cart,ä\r\n", { headers: { "content-type": "text/csv" } });
      },
    });
    expect(asked.map(({ url }) => [new URL(url).pathname, new URL(url).searchParams.get("filter")])).toEqual([
      ["/v1/entities/shop/cart", "state.n > 5"],
      ["/v1/failures/causes", "parked > 1"],
      ["/v1/entities/export", "state.n > 5"],
    ]);
    expect(exported).toMatchObject({ code: 0, out: "type,id\r\nshop/cart,ä\r\n" });
  });

  test("carries a reason to unmask as a header, whatever letters it has", async () => {
    const asked: Asked[] = [];
    await runCli(["trace", "7", "--unmask", "Ticket 8812: Größe"], { fetch: answering(200, {}, asked) });
    expect(decodeURIComponent(asked[0]?.headers.get("signalbox-unmask") ?? "")).toBe("Ticket 8812: Größe");
  });

  test("edits several values of an entity as one, each number as it was written", async () => {
    const asked: Asked[] = [];
    const answer = answering(200, { record: 7, overtaken: false }, asked);
    const sets = ["--set", "visits=12345678901234567890", "--set", 'seen={"at": 3}', "--set", "note=null"];
    await runCli(["entities", "edit", "example/person/ada", ...sets, "--reason", "ticket 7"], { fetch: answer });
    await runCli(["entities", "edit", "example/person/ada", "visits", "5", "--if-version", "v1"], { fetch: answer });
    expect(asked.map(({ body }) => body)).toEqual([
      '{"values":[{"name":"visits","value":12345678901234567890},{"name":"seen","value":{"at": 3}},{"name":"note","value":null}],"reason":"ticket 7"}',
      '{"name":"visits","value":5,"ifVersion":"v1"}',
    ]);
    for (const words of [
      ["visits"],
      ["visits", "5", "--set", "visits=6"],
      ["--set", "visits"],
      ["--set", "visits=6", "--if-version", "v1"],
    ])
      expect(await runCli(["entities", "edit", "example/person/ada", ...words], { fetch: answer })).toMatchObject({ code: 2 });
    expect(asked).toHaveLength(2);
  });

  test("retries the entities of a cause at a rate, and discards them with --yes alone", async () => {
    const asked: Asked[] = [];
    const fetch = answering(200, { entities: 3 }, asked);
    await runCli(["failures", "retry", "3f2a000000000001", "--rate", "20"], { fetch });
    expect(await runCli(["failures", "discard", "3f2a000000000001"], { fetch })).toMatchObject({
      code: 0,
      err: expect.stringContaining("--yes"),
    });
    await runCli(["failures", "discard", "3f2a000000000001", "--yes"], { fetch });
    expect(asked.map(({ method, url, body }) => `${method} ${new URL(url).pathname} ${body}`)).toEqual([
      'POST /v1/failures/causes/3f2a000000000001/act {"action":"retry","ratePerSecond":20}',
      "GET /v1/failures/causes/3f2a000000000001/reach ",
      'POST /v1/failures/causes/3f2a000000000001/act {"action":"discard"}',
    ]);
  });

  test("adds up the steps of a comparison", async () => {
    const steps = [
      { types: [{ type: "a/b", came: 1, went: 0, changed: 2, same: 3 }], cursor: "next" },
      { types: [{ type: "a/b", came: 1, went: 4, changed: 0, same: 0 }], cursor: null },
    ];
    const fetch: typeof globalThis.fetch = async (url) =>
      Response.json(steps[url instanceof URL && url.searchParams.has("cursor") ? 1 : 0]);
    const { out } = await runCli(["savepoints", "diff", "s1"], { fetch });
    expect(JSON.parse(out)).toEqual({ types: [{ type: "a/b", came: 2, went: 4, changed: 2, same: 3 }] });
  });

  test("prints SQL as a table on a terminal, and as the whole answer elsewhere", async () => {
    const answer = { columns: [{ name: "n" }, { name: "text" }], rows: [[1, "a"]], truncated: true, plan: null };
    const asked: Asked[] = [];
    const fetch = answering(200, answer, asked);
    const shown = await runCli(["sql", "SELECT 1", "--rows-max", "1"], { fetch, isTerminal: true });
    expect(shown.out).toMatch(/N\s+TEXT\s+1\s+a/);
    expect(shown.err).toContain("--rows-max");
    expect(JSON.parse((await runCli(["sql", "-"], { fetch, input: "SELECT 2" })).out)).toEqual(answer);
    expect(asked.map(({ body }) => body)).toEqual(['{"sql":"SELECT 1","rowsMax":1}', '{"sql":"SELECT 2"}']);
    expect((await runCli(["sql"], { fetch })).code).toBe(2);
  });

  test("takes a value from standard input", async () => {
    const asked: Asked[] = [];
    await runCli(["send", "a/b/c", "-"], { input: "hello", fetch: answering(202, {}, asked) });
    expect(asked[0]?.body).toBe("hello");
  });

  test("puts the fields of a derived command in path, query and body as the contract says", async () => {
    const asked: Asked[] = [];
    const fetch = answering(200, {}, asked);
    await runCli(["functions", "check", "--url-template", "http://x", "--functions", "a/*", "--type-names", '["a/b"]'], { fetch });
    await runCli(["audit", "list", "--limit", "5", "--text", "a&b"], { fetch });
    await runCli(["savepoints", "remove", "a b"], { fetch });
    expect(asked.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
      'POST http://127.0.0.1:4280/v1/endpoint-checks {"urlTemplate":"http://x","functions":"a/*","typeNames":["a/b"]}',
      "GET http://127.0.0.1:4280/v1/audit?limit=5&text=a%26b ",
      "DELETE http://127.0.0.1:4280/v1/savepoints/a%20b ",
    ]);
  });

  test("exists for every operation over HTTP, as its own command or under another name", () => {
    const io = { out: () => undefined, err: () => undefined, input: async () => new Uint8Array(), isTerminal: false, columns: 80 };
    const startProgram = () => ({ url: Promise.resolve(undefined), ended: Promise.resolve(0) });
    const program = createProgram({ ...io, environment: {}, fetch, startProgram, signal: new AbortController().signal });
    const commands = new Set(program.commands.flatMap((noun) => noun.commands.map((verb) => `${noun.name()} ${verb.name()}`)));
    const without = readOperations()
      .map(({ noun, verb }) => `${noun} ${verb}`)
      .filter((name) => !commands.has(name.replace(/^doors /, "connectors ")));
    expect(without.toSorted()).toEqual([
      "backups file",
      "backups take",
      "calls call",
      "doors acknowledge",
      "doors egresses",
      "doors records",
      "entities act",
      "entities edit-state",
      "entities list",
      "entities read",
      "messages accept",
      "modules preview",
      "modules put",
      "people set-up",
      "people sign-in",
      "people sign-out",
      "savepoints file",
    ]);
  });
});

describe("the output", () => {
  const modules = {
    modules: [
      { name: "shop", revision: 3 },
      { name: "a\u001b[2Jb", revision: 1 },
    ],
  };

  test("is a table on a terminal, without control characters, and JSON elsewhere", async () => {
    const fetch = answering(200, modules);
    expect((await runCli(["modules", "list"], { fetch, isTerminal: true })).out).toBe("NAME    REVISION\nshop    3\na [2Jb  1\n");
    expect(JSON.parse((await runCli(["modules", "list"], { fetch })).out)).toEqual(modules);
    expect(JSON.parse((await runCli(["modules", "list", "--json"], { fetch, isTerminal: true })).out)).toEqual(modules);
  });

  test("has fields chosen by name, and an unknown one is named with the known ones", async () => {
    const fetch = answering(200, modules);
    expect((await runCli(["modules", "list", "--fields", "revision"], { fetch })).out).toBe('{"revision":3}\n{"revision":1}\n');
    const wrong = await runCli(["modules", "list", "--fields", "color"], { fetch });
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("name, revision") });
  });

  test("of a list comes by list and by ls, whatever its noun", async () => {
    const fetch = answering(200, { modules: [], endpoints: [], connectors: [], causes: [] });
    for (const noun of ["modules", "endpoints", "connectors", "failures"])
      for (const verb of ["ls", "list"]) expect([noun, verb, (await runCli([noun, verb], { fetch })).code]).toEqual([noun, verb, 0]);
  });

  test("of the completion knows the verbs of each noun", async () => {
    for (const shell of ["bash", "zsh", "fish"]) expect((await runCli(["completion", shell])).out).toMatch(/savepoints.*take/s);
    expect((await runCli(["completion", "csh"])).code).toBe(2);
  });
});

describe("the end", () => {
  const problem = { code: "UNKNOWN_ENTITY", detail: "it is not there", cure: "Check the id.", status: 404 };

  test.each([
    [404, 3],
    [401, 4],
    [403, 4],
    [422, 1],
    [503, 1],
  ])("of a refusal with %i is %i with the cure", async (status, code) => {
    const ran = await runCli(["trace", "1"], { fetch: answering(status, { ...problem, status }) });
    expect(ran).toEqual({ code, out: "", err: "UNKNOWN_ENTITY: it is not there\nCheck the id.\n" });
  });

  test.each([
    [{ kind: "told" }, 0, ""],
    [{ kind: "waiting" }, 0, ""],
    [{ kind: "never", newest: 7 }, 3, "the newest is 7"],
    [{ kind: "other", what: "egress", trace: 5 }, 3, "signalbox trace 5"],
    [{ kind: "undone" }, 3, "restore"],
    [{ kind: "older" }, 3, "journal"],
    [{ kind: "unknown" }, 3, "nothing tells of 9"],
  ])("of a trace of which %o is known is %i, and the trace is shown", async (story, code, words) => {
    for (const command of [
      ["trace", "9"],
      ["traces", "get", "9"],
    ]) {
      const ran = await runCli(command, { fetch: answering(200, { trace: 9, records: [], story }) });
      expect(ran).toMatchObject({ code, out: expect.stringContaining(story.kind), err: expect.stringContaining(words) });
    }
  });

  test.each([
    [["history", "a/b/c"], { items: [], cursor: null }, { items: [{ record: 1 }], cursor: null }],
    [["blame", "a/b/c"], { values: [] }, { values: [{ name: "seen" }] }],
    [["as-of", "a/b/c", "5"], { kind: "no-journal" }, { kind: "known", values: [{ name: "seen" }] }],
  ])("of entities %j that never existed is 3, and of an entity without a past 0", async (command, empty, full) => {
    const gateway =
      (past: unknown, status: number): typeof fetch =>
      (url, init) =>
        (url instanceof URL ? url.pathname : "").endsWith("/v1/entities/a/b/c")
          ? answering(status, { ...problem, status })(url, init)
          : answering(200, past)(url, init);
    expect(await runCli(["entities", ...command], { fetch: gateway(empty, 404) })).toMatchObject({
      code: 3,
      err: expect.stringContaining("UNKNOWN_ENTITY"),
    });
    expect((await runCli(["entities", ...command], { fetch: gateway(empty, 200) })).code).toBe(0);
    expect((await runCli(["entities", ...command], { fetch: gateway(full, 404) })).code).toBe(0);
  });

  test("of a request for one absent thing is 3", async () => {
    // When nothing was named, "nothing is running" is an answer.
    expect((await runCli(["bootstrap", "running"], { fetch: answering(200, null) })).code).toBe(0);
    const ran = await runCli(["reproductions", "get", "--type", "a/b", "--id", "c"], { fetch: answering(200, null) });
    expect(ran).toMatchObject({ code: 3, err: expect.stringContaining("not there") });
  });

  test("for an absent gateway, a wrong URL, a wrong entity and an unknown command is told with its reason", async () => {
    const gone: typeof fetch = async () => {
      throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
    };
    expect(await runCli(["modules", "list"], { fetch: gone })).toMatchObject({ code: 5, err: expect.stringContaining("ECONNREFUSED") });
    expect(await runCli(["modules", "list", "--url", "nowhere"])).toMatchObject({ code: 2, err: expect.stringContaining("no URL") });
    expect(await runCli(["send", "shop"])).toMatchObject({ code: 2, err: expect.stringContaining("namespace/name/id") });
    expect(await runCli(["send", "a/b/c", "@/nowhere"])).toMatchObject({ code: 2, err: expect.stringContaining("/nowhere") });
    expect((await runCli(["frobnicate"])).code).toBe(2);
    expect((await runCli(["--help"])).code).toBe(0);
  });

  test("a refusal that is not a problem is not a gateway's, and is shown, cut", async () => {
    const proxy =
      (status: number): typeof fetch =>
      async () =>
        new Response("<html>bad gateway", { status });
    for (const [status, code] of [
      [502, 5],
      [404, 5],
      [401, 4],
    ] as const) {
      const err: unknown = expect.stringMatching(new RegExp(`no gateway.*${status}: <html>`));
      expect(await runCli(["trace", "1"], { fetch: proxy(status) })).toMatchObject({ code, err });
    }
  });

  test("of a call whose answer does not come in time prints its numbers and is a failure", async () => {
    const fetch: typeof globalThis.fetch = async () =>
      Response.json({ messageId: 7, traceId: 7, answer: "/v1/calls/7" }, { status: 202, headers: { "signalbox-message-id": "7" } });
    const ran = await runCli(["call", "a/b/c", "x", "--timeout", "1s"], { fetch });
    expect(ran).toMatchObject({ code: 1, out: expect.stringContaining('"messageId":7'), err: expect.stringContaining("calls answer 7") });
  });

  test("for an invalid moment comes before any request", async () => {
    const ran = await runCli(["entities", "as-of", "a/b/c", "yesterday"], { fetch: answering(200, {}) });
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('"yesterday" is no moment') });
  });

  test("an empty variable counts as absent", async () => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (url, init) => {
      asked.push(`${url instanceof URL ? url.href : ""} ${String(new Headers(init?.headers).get("authorization"))}`);
      return Response.json({ modules: [] });
    };
    const { code } = await runCli(["modules", "list"], { fetch, environment: { SIGNALBOX_URL: "", SIGNALBOX_TOKEN: "" } });
    expect([code, asked]).toEqual([0, ["http://127.0.0.1:4280/v1/modules null"]]);
  });
});

describe("tail", () => {
  const streaming =
    (text: string): typeof fetch =>
    async () =>
      new Response(text, { headers: { "content-type": "text/event-stream" } });
  test("with an unreadable filter says where it is wrong", async () => {
    const problem = { code: "INVALID_REQUEST", detail: "tails.0: at character 5: It ends too early.", cure: "Correct it." };
    const data = JSON.stringify({ message: "x", data: { httpStatus: 400, problem } });
    const ran = await runCli(["tail", "x =="], {
      fetch: streaming(`event: connected\ndata: {}\n\nevent: serialized-error\ndata: ${data}\n\n`),
    });
    expect(ran).toEqual({ code: 1, out: "", err: "INVALID_REQUEST: tails.0: at character 5: It ends too early.\nCorrect it.\n" });
  });

  test("that the gateway ends is a failure", async () => {
    expect(await runCli(["tail"], { fetch: streaming("event: connected\ndata: {}\n\n") })).toMatchObject({ code: 5 });
  });
});

test("names that would be another path, and a token that no header carries, are mistakes of the command line", async () => {
  const fetch = answering(200, {});
  for (const name of ["", ".", ".."]) {
    expect(await runCli(["savepoints", "remove", name], { fetch })).toMatchObject({ code: 2 });
    expect(await runCli(["modules", "yaml", name], { fetch })).toMatchObject({ code: 2 });
    if (name !== "") expect(await runCli(["entities", "get", `shop/cart/${name}`], { fetch })).toMatchObject({ code: 2 });
  }
  expect(await runCli(["modules", "list", "--token", "a\nb"], { fetch })).toMatchObject({
    code: 2,
    err: expect.stringContaining("the token"),
  });
});
