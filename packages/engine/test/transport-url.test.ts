/**
 * The sender of a message chooses a function's name: no name chooses another host, path, query or socket than the template leaves to it.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyCharacter } from "../../../e2e/stack/any-character.ts";
import { grpcAuthority, httpTarget } from "../src/adapters/http/transport-url.ts";
import { parseTypeName } from "@signalbox/runtime/model/address";
import { wrongFunctionName } from "@signalbox/runtime/model/url-template";

const hostile = fc.constantFrom(
  "..",
  ".",
  "\\",
  "?",
  "#",
  "%",
  "%2e",
  "%2E%2e",
  "%5c",
  "%2f",
  "@",
  ":",
  ";",
  "&",
  "=",
  "+",
  "[",
  "]",
  "//",
  " ",
  "\t",
  "{",
  "é",
  "İ",
  "。",
  "．",
  "😀",
  "evil.com",
  "127.0.0.1",
  "0x7f",
  "2130706433",
  "x",
  "a-b",
  ".sock",
  "$&",
  "$1",
  "xn--a",
  "{function.name}",
  "functionname",
);
/** These names reach a transport: those that follow the rule, and those that are older than it. */
const name = fc
  .oneof(
    fc.array(hostile, { maxLength: 6 }).map((parts) => parts.join("")),
    fc.string({ unit: anyCharacter }),
  )
  .filter((text) => text !== "" && !text.includes("/"));

const pathTemplates = [
  "http://127.0.0.1:5611/team-a/{function.name}/invoke",
  "https://fn.test/{function.name}",
  "http://fn.test/a/fn-{function.name}.json?x=1",
  "http://fn.test/.{function.name}/b",
  "http://[::1]:8000/%2e{function.name}/b?type={function.name}&y=2#{function.name}",
  "http://fn.test/functionname/{function.name}/{function.name}",
  "http+unix:///run/fn.sock/serve/{function.name}?n={function.name}",
];

describe("a name in the path or the query", () => {
  test("is one percent-encoded segment or value: the origin, the other segments and the other values stay", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...pathTemplates),
        name.filter((text) => text.isWellFormed()),
        (template, functionName) => {
          const plain = httpTarget(template, "x");
          const found = httpTarget(template, functionName);
          if (plain.kind === "error") throw new Error(plain.reason);
          if (found.kind === "error") {
            expect(found.of).toBe("name");
            return;
          }
          expect(found.target.origin).toBe(plain.target.origin);
          expect(found.target.socketPath).toBe(plain.target.socketPath);
          const expected = URL.parse(template.replaceAll("{function.name}", encodeURIComponent(functionName)));
          // Any parser reads the same place again, with as many segments and values, and the name in them.
          const read = new URL(found.target.path, "http://reader.test");
          expect(`${read.pathname}${read.search}`).toBe(found.target.path);
          expect(read.host).toBe("reader.test");
          const before = new URL(plain.target.path, "http://reader.test");
          expect(read.pathname.split("/").length).toBe(before.pathname.split("/").length);
          expect([...read.searchParams.keys()]).toEqual([...before.searchParams.keys()]);
          if (expected?.searchParams.has("type")) expect(read.searchParams.get("type")).toBe(functionName);
          const at = before.pathname.split("/").findIndex((segment, index) => segment !== read.pathname.split("/")[index]);
          if (at >= 0) expect(decodeURIComponent(read.pathname.split("/")[at] ?? "")).toContain(functionName);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ["..\\..\\admin", "/team-a/..%5C..%5Cadmin/invoke"],
    ["x?a=1#", "/team-a/x%3Fa%3D1%23/invoke"],
    ["%2e%2e", "/team-a/%252e%252e/invoke"],
    ["..;", "/team-a/..%3B/invoke"],
    ["a b", "/team-a/a%20b/invoke"],
    ["$&", "/team-a/%24%26/invoke"],
  ])("%j is called at %s", (functionName, path) => {
    expect(httpTarget(pathTemplates[0] ?? "", functionName)).toMatchObject({
      kind: "ok",
      target: { path, origin: "http://127.0.0.1:5611" },
    });
  });

  test("is refused where it would be a dot segment, which every reader resolves, however it is written", () => {
    for (const functionName of [".", ".."]) expect(httpTarget(pathTemplates[0] ?? "", functionName)).toMatchObject({ of: "name" });
    expect(httpTarget("http://fn.test/.{function.name}/b", ".")).toMatchObject({ of: "name" });
    expect(httpTarget("http://fn.test/%2e{function.name}/b", ".")).toMatchObject({ of: "name" });
    expect(httpTarget("http://fn.test/fn-{function.name}/b", "..")).toMatchObject({ target: { path: "/fn-../b" } });
  });
});

describe("a name in the host", () => {
  const template = "http://{function.name}.svc.example:5612/fn";

  test("is one label of letters, digits and hyphens; any other name is not called", () => {
    fc.assert(
      fc.property(name, (functionName) => {
        const found = httpTarget(template, functionName);
        if (found.kind === "error") {
          expect(found.of).toBe("name");
          return;
        }
        expect(functionName).toMatch(/^[A-Za-z0-9-]+$/);
        expect(found.target).toMatchObject({ origin: `http://${functionName.toLowerCase()}.svc.example:5612`, path: "/fn" });
        expect(grpcAuthority("grpc://{function.name}.svc.example:5612", functionName)).toMatchObject({
          kind: "ok",
          authority: `${functionName.toLowerCase()}.svc.example:5612`,
        });
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(["127.0.0.1:5612#", "a.b", "a@b", "a:1", "-a", "a-", "xn--a", "é", "a_b", "a".repeat(64), "evil.com\\", "%61"])(
    "%j is refused",
    (functionName) => {
      expect(wrongFunctionName(template, functionName)).toContain("letters and digits");
      expect(grpcAuthority("grpc://{function.name}.svc.example:5612", functionName)).toMatchObject({ of: "name" });
    },
  );

  test("never makes an address: at the end of the host it is not read as a number", () => {
    for (const functionName of ["2130706433", "0x7f000001", "0x", "1"]) {
      expect(httpTarget("http://{function.name}:80/", functionName)).toMatchObject({ of: "name" });
      expect(httpTarget("http://127.0.0.{function.name}/", functionName)).toMatchObject({ of: "name" });
      expect(grpcAuthority("grpc://{function.name}:80", functionName)).toMatchObject({ of: "name" });
    }
    expect(httpTarget("http:///{function.name}/x", "a.b")).toMatchObject({ of: "name" });
    expect(httpTarget("http://{function.name}.svc.example/", "1")).toMatchObject({ target: { origin: "http://1.svc.example" } });
  });
});

test("a name in the path of a socket neither leaves its folder nor moves the place where the socket's path ends", () => {
  const template = "http+unix:///run/{function.name}/fn.sock/serve";
  expect(httpTarget(template, "..")).toMatchObject({ of: "name" });
  expect(httpTarget(template, "evil.sock")).toMatchObject({ target: { socketPath: "/run/evil.sock/fn.sock", path: "/serve" } });
  expect(httpTarget(template, "%2e%2e")).toMatchObject({ target: { socketPath: "/run/%2e%2e/fn.sock" } });
});

test("every name that is valid for a type is either called or refused by its name, never an error of the template", () => {
  fc.assert(
    fc.property(fc.constantFrom(...pathTemplates), name, (template, functionName) => {
      if (parseTypeName(`n/${functionName}`).kind === "error") return;
      const found = httpTarget(template, functionName);
      expect(found.kind === "ok" || found.of === "name").toBe(true);
      expect(found.kind === "ok").toBe(wrongFunctionName(template, functionName) === undefined);
    }),
    { numRuns: 1_000 },
  );
});
