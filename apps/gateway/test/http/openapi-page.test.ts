/**
 * The page on which operations are tried runs only its own scripts, and leads people who have not signed in to the login.
 */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { fontFaces } from "../../src/surfaces/http/openapi-page/console-fonts.ts";
import { startPeopleStand } from "../support/people-stand.ts";
import { startGateway } from "../support/start-gateway.ts";

test("is one page of its own, whose policy names its only script and style", async () => {
  await using box = await startGateway();
  const answer = await box.fetch("/openapi");
  const html = await answer.text();
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  const policy = answer.headers.get("content-security-policy") ?? "";
  for (const tag of ["script", "style"]) {
    const [inside = "", ...others] = [...html.matchAll(new RegExp(`<${tag}[^>]*>([^]*?)</${tag}>`, "g"))].map(([, text]) => text);
    expect(others).toEqual([]);
    expect(policy).toContain(`${tag}-src 'sha256-${createHash("sha256").update(inside).digest("base64")}'`);
  }
  expect(policy).toContain("default-src 'none'");
  expect(html).not.toMatch(/https?:\/\//);
  expect((await box.fetch("/openapi", { method: "HEAD" })).status).toBe(200);
});

test("takes the fonts of a built console, and the system's without one", () => {
  const css = fontFaces(["Geist_Variable-s.p.0abc.woff2", "GeistMono_Variable.p.1def.woff2", "pixel.png"]);
  expect([...css.matchAll(/url\("([^"]+)"\)/g)].map(([, url]) => url)).toEqual([
    "_next/static/media/Geist_Variable-s.p.0abc.woff2",
    "_next/static/media/GeistMono_Variable.p.1def.woff2",
  ]);
  expect(fontFaces([])).toBe("");
});

test("leads a visitor without a session to the login and back", async () => {
  await using stand = await startPeopleStand();
  const answer = await stand.ask("/openapi");
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/login?next=%2Fopenapi"]);
  expect((await stand.ask("/openapi", { cookie: stand.adminCookie })).status).toBe(200);
});
