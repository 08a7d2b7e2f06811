/**
 * Wrong modules: every refusal has its line and column and names the nearest right word; limits hold.
 */
import { describe, expect, it } from "vitest";
import { parseModule } from "../../src/modules/parse-module.ts";
import { moduleBytesMax } from "../../src/modules/parsed-module.ts";
import { moduleIssuesMax } from "../../src/shape/issues.ts";

interface Told {
  readonly at: string;
  readonly says: string;
  readonly suggestion: string | null;
}

function told(yaml: string, env: Record<string, string> = {}): Told[] {
  const { issues, document } = parseModule({ name: "m", yaml, env });
  if (issues.some(({ severity }) => severity === "error")) expect(document).toBeUndefined();
  return issues.map(({ line, column, message, suggestion }) => ({ at: `${line}:${column}`, says: message, suggestion }));
}

const good = `kind: io.statefun.endpoints.v2/http
spec:
  functions: shop/*
  urlPathTemplate: http://h:8000/{function.name}
  maxNumBatchRequests: 5
  transport:
    type: io.statefun.transports.v1/async
    call: 30s
`;

const edits: {
  title: string;
  from: string;
  to: string;
  at: string;
  says: string;
  suggestion: string | null;
  env?: Record<string, string>;
}[] = [
  {
    title: "an unknown kind",
    from: "endpoints.v2/http",
    to: "endpoint.v2/http",
    at: "1:7",
    says: "is no kind of component",
    suggestion: "io.statefun.endpoints.v2/http",
  },
  {
    title: "a misspelt property of the spec",
    from: "functions:",
    to: "function:",
    at: "3:3",
    says: "`function` is no property of `spec`",
    suggestion: "functions",
  },
  {
    title: "the beginning of a property",
    from: "urlPathTemplate:",
    to: "url:",
    at: "4:3",
    says: "`url` is no property",
    suggestion: "urlPathTemplate",
  },
  {
    title: "the plural of transport",
    from: "  transport:",
    to: "  transports:",
    at: "6:3",
    says: "`transports` is no property",
    suggestion: "transport",
  },
  {
    title: "a property in another spelling",
    from: "call: 30s",
    to: "poolSize: 3",
    at: "8:5",
    says: "`poolSize` is no property of `spec.transport`",
    suggestion: "pool_size",
  },
  {
    title: "a property like nothing known",
    from: "call: 30s",
    to: "colour: blue",
    at: "8:5",
    says: "`colour` is no property",
    suggestion: null,
  },
  {
    title: "a property beside kind and spec",
    from: "spec:\n",
    to: "specs: {}\nspec:\n",
    at: "2:1",
    says: "`specs` is no property of a component",
    suggestion: "spec",
  },
  { title: "a duration without a number", from: "30s", to: "soon", at: "8:11", says: '"soon" is not a duration', suggestion: null },
  {
    title: "a duration with an unknown unit",
    from: "30s",
    to: "30 secnds",
    at: "8:11",
    says: 'unknown unit "secnds"',
    suggestion: "seconds",
  },
  { title: "a duration of nothing", from: "30s", to: "0", at: "8:11", says: "must be longer than 0", suggestion: null },
  { title: "a duration beyond what can be waited for", from: "30s", to: "25 d", at: "8:11", says: "longer than 24 days", suggestion: null },
  {
    title: "an unknown transport",
    from: "v1/async",
    to: "v1/asinc",
    at: "7:11",
    says: "`spec.transport.type` must be one of",
    suggestion: "io.statefun.transports.v1/async",
  },
  {
    title: "a wildcard inside a name",
    from: "shop/*",
    to: "shop/ca*",
    at: "3:14",
    says: "write <namespace>/<name> or <namespace>/*",
    suggestion: null,
  },
  { title: "a typename with two slashes", from: "shop/*", to: "a/b/c", at: "3:14", says: "write <namespace>/<name>", suggestion: null },
  {
    title: "another placeholder in the URL",
    from: "{function.name}",
    to: "{function.id}",
    at: "4:20",
    says: '"{function.id}" is no placeholder',
    suggestion: "{function.name}",
  },
  { title: "a URL without a scheme", from: "http://h:8000", to: "h:8000", at: "4:20", says: "it is no URL", suggestion: null },
  {
    title: "a scheme that is not spoken",
    from: "http://h:8000",
    to: "ftp://h:8000",
    at: "4:20",
    says: "ftp:// is not spoken here",
    suggestion: null,
  },
  {
    title: "a gRPC server without its port",
    from: "http://h:8000",
    to: "grpc://h",
    at: "4:20",
    says: "write grpc://<host>:<port>",
    suggestion: null,
  },
  {
    title: "a user in the URL",
    from: "http://h:8000",
    to: "http://me:secret@h",
    at: "4:20",
    says: "a user name in a URL",
    suggestion: null,
  },
  {
    title: "a socket that is none",
    from: "http://h:8000",
    to: "http+unix://h",
    at: "4:20",
    says: "http+unix:///path/to/file.sock",
    suggestion: null,
  },
  {
    title: "a number that is none",
    from: "Requests: 5",
    to: "Requests: many",
    at: "5:24",
    says: "must be a whole number",
    suggestion: null,
  },
  { title: "a map in place of a text", from: "shop/*", to: "{a: b}", at: "3:14", says: "must be a text, not a map", suggestion: null },
  {
    title: "a property that stands twice",
    from: "    call: 30s",
    to: "    call: 30s\n    call: 31s",
    at: "9:5",
    says: '"call" stands twice',
    suggestion: null,
  },
  {
    title: "a variable that is not set",
    from: "h:8000",
    to: "${HOTS}:8000",
    at: "4:20",
    says: "${HOTS} stands for an environment variable that is not set",
    suggestion: "HOST",
    env: { HOST: "h" },
  },
  {
    title: "a certificate without its key",
    from: "call: 30s",
    to: "client_cert: c.pem",
    at: "8:18",
    says: "`client_cert` needs `client_key`",
    suggestion: "client_key",
  },
  {
    title: "a location that only a JVM has",
    from: "call: 30s",
    to: "trust_cacerts: classpath:ca.pem",
    at: "8:20",
    says: "write file:<path>",
    suggestion: null,
  },
];

describe("a wrong module is refused at its place", () => {
  it("starts from a valid module", () => {
    expect(told(good)).toEqual([]);
  });

  for (const { title, from, to, at, says, suggestion, env } of edits) {
    it(title, () => {
      expect(good).toContain(from);
      const issues = told(
        good.replace(from, () => to),
        env ?? {},
      );
      expect(issues).toContainEqual({ at, says: expect.stringContaining(says), suggestion });
    });
  }

  it("a missing field is reported where it should be", () => {
    expect(told("kind: io.statefun.endpoints.v2/http\nspec:\n  functions: a/b\n")).toEqual([
      { at: "3:3", says: expect.stringContaining("`spec` lacks `urlPathTemplate`"), suggestion: "urlPathTemplate" },
    ]);
    expect(told("spec: {port: 1}")).toMatchObject([{ at: "1:1", suggestion: "kind" }]);
    expect(told("kind: io.statefun.playground.v1/ingress")).toMatchObject([
      { at: "1:1", says: "`spec` is absent here.", suggestion: "spec" },
    ]);
  });

  it("all errors of a module are reported at once, in order of place", () => {
    const issues = told(good.replace("shop/*", "shop").replace("30s", "soon").replace("h:8000", "${GONE}"));
    expect(issues.map(({ at }) => at)).toEqual(["3:14", "4:20", "8:11"]);
  });

  it("text that is not YAML is reported at its place", () => {
    expect(told("kind: a\nspec: {a: [1, 2}\n")[0]).toMatchObject({
      at: expect.stringMatching(/^2:/),
      says: expect.stringContaining("This is not YAML"),
    });
    expect(told("just words")).toMatchObject([{ at: "1:1", says: expect.stringContaining("is a map with `kind` and `spec`") }]);
  });

  it("a timeout longer than the call is refused for the older transport", () => {
    const yaml =
      "kind: io.statefun.endpoints.v1/http\nspec:\n  functions: a/b\n  urlPathTemplate: http://h\n  timeouts: {call: 5s, read: 6s}";
    expect(told(yaml)).toEqual([{ at: "5:30", says: "`read` (6 s) must not be longer than `call` (5 s).", suggestion: null }]);
  });

  it("exactly-once without its timeout is refused", () => {
    expect(told("kind: io.statefun.kafka.v1/egress\nspec: {id: a/b, deliverySemantic: {type: exactly-once}}")).toContainEqual({
      at: "2:42",
      says: expect.stringContaining("needs `transactionTimeout`"),
      suggestion: "transactionTimeout",
    });
  });

  it("certificates for a plain http endpoint give a warning", () => {
    expect(parseModule({ name: "m", yaml: good.replace("call: 30s", "trust_cacerts: ca.pem"), env: {} }).issues).toMatchObject([
      { severity: "warning", line: 8, message: expect.stringContaining("begins with neither https nor grpc") },
    ]);
  });
});

describe("a thing that may be declared once", () => {
  it("is refused where it stands the second time, naming the first line", () => {
    expect(told(`${good}---\n${good}`)).toEqual([
      { at: "12:14", says: "An endpoint for shop/* is already declared at line 3. Keep one of them.", suggestion: null },
    ]);
  });

  it("does not cover an exact name beside the wildcard of its namespace", () => {
    expect(told(`${good}---\n${good.replace("shop/*", "shop/cart")}`)).toEqual([]);
  });

  it("covers the ports and ids of ingresses and egresses", () => {
    const ports =
      "kind: io.statefun.playground.v1/ingress\nspec: {port: 8090}\n---\nkind: io.statefun.playground.v1/egress\nspec: {port: 8090, topics: [a]}";
    expect(told(ports)).toMatchObject([{ says: "Port 8090 is already declared at line 2. Keep one of them." }]);
    const logs = "kind: io.signalbox.v1/egress\nspec: {id: a/b}\n---\nkind: io.signalbox.v1/egress\nspec: {id: a/b}";
    expect(told(logs)).toMatchObject([{ at: "5:12", says: "The egress a/b is already declared at line 2. Keep one of them." }]);
  });
});

describe("older documents", () => {
  it("before 3.0 are refused with the cure", () => {
    expect(told('version: "2.0"\nmodule: {}')).toEqual([
      { at: "1:10", says: expect.stringContaining("Documents of version 2.0 cannot be read"), suggestion: "3.0" },
    ]);
  });

  it("are checked as strictly, at their own places", () => {
    const yaml = `version: "3.0"
module:
  spec:
    endpoints:
      - endpoint:
          meta: {kind: htp}
          spec: {functions: a/b}
    egreses: []
`;
    expect(told(yaml)).toEqual([
      { at: "6:24", says: "`meta.kind` must be one of http.", suggestion: "http" },
      { at: "8:5", says: expect.stringContaining("`egreses` is no property of `module.spec`"), suggestion: "egresses" },
    ]);
  });
});

describe("limits", () => {
  it("hold for the size of a module", () => {
    expect(told(`# ${"x".repeat(moduleBytesMax)}`)).toMatchObject([{ says: expect.stringContaining("larger than 1048576 bytes") }]);
  });

  it("hold for aliases that would grow into a huge value", () => {
    const rows = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (let index = 1; index < 9; index += 1)
      rows.push(
        `${"abcdefghi"[index]}: &${"abcdefghi"[index]} [${Array(9)
          .fill(`*${"abcdefghi"[index - 1]}`)
          .join(",")}]`,
      );
    expect(told(rows.join("\n"))).toMatchObject([{ says: "The YAML cannot be read: more than 100 aliases are used." }]);
  });

  it("hold for nesting, also for an alias inside its own anchor", () => {
    expect(told(`kind: ${"[".repeat(40)}${"]".repeat(40)}`)).toMatchObject([
      { says: expect.stringContaining("nested deeper than 32 levels") },
    ]);
    expect(told(`kind: ${"[".repeat(200_000)}`).length).toBeGreaterThan(0);
    expect(told("spec: &a {b: *a}")).toMatchObject([{ says: expect.stringContaining("nested deeper than 32 levels") }]);
  });

  it("hold for the number of issues and of documents", () => {
    expect(told("kind: nothing\nspec: {}\n---\n".repeat(500))).toHaveLength(moduleIssuesMax);
    expect(told("kind: a\n---\n".repeat(1001))).toMatchObject([{ says: expect.stringContaining("more than 1000 documents") }]);
  });

  it("hold in time: many properties in one map are read in one pass", () => {
    const yaml = `kind: io.statefun.playground.v1/ingress\nspec:\n${Array.from({ length: 50_000 }, (_, index) => `  p${index}: 1`).join("\n")}`;
    expect(told(yaml)).toHaveLength(moduleIssuesMax);
  });
});
