/**
 * The scripts that pages may run: scripts of the build by their hashes, scripts of rendered pages by a nonce, nothing else.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newNonce, pagePolicy } from "../../src/surfaces/http/page-policy.ts";
import { readPrerenderedScripts, scriptHashes } from "../../src/surfaces/http/prerendered-scripts.ts";

// Made with: openssl dgst -sha256 -binary | base64
const hashOfAlert = "sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=";

test("inline scripts are allowed by their hashes, and files by their origin", () => {
  const html = `<script>alert(1)</script><script src="/a.js"></script><SCRIPT type=x\n>alert(1)</SCRIPT ><script src=b>alert(2)</script>`;
  expect(scriptHashes(html)).toEqual([hashOfAlert]);
});

test("a policy lets no inline script run that it does not name", () => {
  const policy = pagePolicy([`nonce-${newNonce()}`, hashOfAlert]);
  expect(/script-src [^;]*/.exec(policy)?.[0]).not.toMatch(/unsafe|\*|https?:/);
  for (const part of ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
    expect(policy).toContain(part);
});

test("a nonce differs each time", () => {
  expect(new Set(Array.from({ length: 100 }, newNonce)).size).toBe(100);
});

test("pages of the build are read by their paths, and what all of them share is recognised", async () => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-pages-"));
  const pages = join(folder, "server", "app");
  mkdirSync(join(pages, "functions"), { recursive: true });
  const theme = "<script>alert(1)</script>";
  writeFileSync(join(pages, "index.html"), `${theme}<script>a()</script>`);
  writeFileSync(join(pages, "functions", "register.html"), `<script>b()</script>${theme}`);
  writeFileSync(join(pages, "_global-error.html"), "<script>c()</script>");
  const { byPath, common } = await readPrerenderedScripts(folder);
  rmSync(folder, { recursive: true });
  expect([...byPath.keys()].toSorted()).toEqual(["/", "/_global-error", "/functions/register"]);
  expect(common).toEqual([hashOfAlert]);
  expect(await readPrerenderedScripts(folder)).toEqual({ byPath: new Map(), common: [] });
});
