/**
 * SCRAM-SHA-256 as RFC 7677 describes it: what a client must prove, and what it gets for it.
 */
import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import { expect, test } from "vitest";
import { beginScram, parseVerifier, scramVerifier } from "../../src/identity/scram.ts";

const hmac = (key: Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** A client that knows only the secret. */
function prove(secret: string, { clientFirst, challenge }: { clientFirst: string; challenge: string }) {
  const [, nonce = "", salt = "", rounds = ""] = /^r=([^,]*),s=([^,]*),i=(\d+)$/.exec(challenge) ?? [];
  const salted = pbkdf2Sync(secret, Buffer.from(salt, "base64"), Number(rounds), 32, "sha256");
  const clientKey = hmac(salted, "Client Key");
  const withoutProof = `c=biws,r=${nonce}`;
  const said = `${clientFirst.slice(3)},${challenge},${withoutProof}`;
  const signature = hmac(createHash("sha256").update(clientKey).digest(), said);
  const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0))).toString("base64");
  return { final: `${withoutProof},p=${proof}`, expected: `v=${hmac(hmac(salted, "Server Key"), said).toString("base64")}` };
}

const clientFirst = "n,,n=,r=rOprNGfwEbeRWgbNEkqO";
const begin = (verifier: string | undefined, name = "ci") => beginScram(clientFirst, { name, verifier }) ?? expect.unreachable();

test("the right secret is let in, and sees that this side knows it", async () => {
  const exchange = begin(await scramVerifier("sb_secret"));
  const { final, expected } = prove("sb_secret", { clientFirst, challenge: exchange.challenge });
  expect(exchange.finish(final)).toBe(expected);
});

test("another secret, another nonce, another header and a broken message are refused", async () => {
  const exchange = begin(await scramVerifier("sb_secret"));
  const { challenge } = exchange;
  expect(exchange.finish(prove("sb_other", { clientFirst, challenge }).final)).toBeUndefined();
  const { final } = prove("sb_secret", { clientFirst, challenge });
  expect(exchange.finish(final.replace("r=rOpr", "r=rOpq"))).toBeUndefined();
  expect(exchange.finish(final.replace("c=biws", "c=eSws"))).toBeUndefined();
  expect(exchange.finish("")).toBeUndefined();
  for (const first of ["", "p=tls-unique,,n=,r=x", "n,,r=x", "n,,n=,r=", `n,,n=,r=${"x".repeat(500)}`])
    expect(beginScram(first, { name: "ci", verifier: undefined })).toBeUndefined();
});

test("an unknown name is asked like others, with the same salt each time", () => {
  const saltOf = (challenge: string) => /s=([^,]*)/.exec(challenge)?.[1];
  const exchange = begin(undefined);
  expect(saltOf(exchange.challenge)).toBe(saltOf(begin(undefined).challenge));
  expect(saltOf(exchange.challenge)).not.toBe(saltOf(begin(undefined, "other").challenge));
  expect(exchange.finish(prove("anything", { clientFirst, challenge: exchange.challenge }).final)).toBeUndefined();
});

test("the stored verifier holds no secret, and a damaged one is no verifier", async () => {
  const verifier = await scramVerifier("sb_secret");
  expect(verifier).toMatch(/^SCRAM-SHA-256\$4096:/);
  expect(verifier).not.toContain("secret");
  expect(parseVerifier(verifier)).toBeDefined();
  expect(parseVerifier(verifier.slice(0, -10))).toBeUndefined();
  expect(parseVerifier("")).toBeUndefined();
});
