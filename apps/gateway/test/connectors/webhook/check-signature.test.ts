/** Signatures of webhooks: published vectors of each scheme, several secrets, times, and everything that is slightly wrong. */
import { describe, expect, test } from "vitest";
import { checkSignature, type SignedRequest } from "../../../src/connectors/webhook/check-signature.ts";
import { Secret } from "../../../src/shape/secret.ts";
import type { Signature } from "../../../src/connectors/webhook/webhook-spec.ts";

function request(body: string, headers: Record<string, string>): SignedRequest {
  return { body: Buffer.from(body), header: (name) => headers[name] };
}

const toleranceMs = 300_000;

interface Vector {
  readonly name: string;
  readonly signature: Signature;
  readonly otherSecret: Secret;
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly atMs: number;
  /** The name of the header with the signature. */
  readonly signedIn: string;
}

const vectors: readonly Vector[] = [
  {
    name: "Standard Webhooks (its specification)",
    signature: { kind: "standard", secrets: [new Secret("whsec_plJ3nmyCDGBKInavdOK15jsl")], toleranceMs },
    otherSecret: new Secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    body: '{"event_type":"ping","data":{"success":true}}',
    headers: {
      "webhook-id": "msg_loFOjxBNrRLzqYUf",
      "webhook-timestamp": "1731705121",
      "webhook-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
    },
    atMs: 1_731_705_121_000,
    signedIn: "webhook-signature",
  },
  {
    name: "Standard Webhooks (a library's test)",
    signature: { kind: "standard", secrets: [new Secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")], toleranceMs },
    otherSecret: new Secret("whsec_plJ3nmyCDGBKInavdOK15jsl"),
    body: '{"test": 2432232314}',
    headers: {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1a,another v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v2,later",
    },
    atMs: 1_614_265_330_000,
    signedIn: "webhook-signature",
  },
  {
    name: "GitHub (its documentation)",
    signature: { kind: "github", secrets: [new Secret("It's a Secret to Everybody")] },
    otherSecret: new Secret("It's a secret to everybody"),
    body: "Hello, World!",
    headers: { "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17" },
    atMs: 0,
    signedIn: "x-hub-signature-256",
  },
  {
    name: "Stripe (made with openssl dgst -hmac)",
    signature: { kind: "stripe", secrets: [new Secret("whsec_test_secret")], toleranceMs, header: "stripe-signature" },
    otherSecret: new Secret("whsec_other_secret"),
    body: '{"id":"evt_1","type":"charge.paid"}',
    headers: {
      "stripe-signature":
        "t=1492774577,v1=5aa5323a246e25499a8926b010fba351f82956250e0fa8dd707aa41502dc9c07,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39",
    },
    atMs: 1_492_774_577_000,
    signedIn: "stripe-signature",
  },
];

describe.each(vectors)("$name", ({ signature, otherSecret, body, headers, atMs, signedIn }) => {
  const kindOf = (changed: Signature, sent: SignedRequest, nowMs = atMs): string => checkSignature(changed, sent, nowMs).kind;
  const withSecrets = (...secrets: Secret[]): Signature => (signature.kind === "none" ? signature : { ...signature, secrets });

  test("is right as published, also while another secret replaces this one", () => {
    expect(kindOf(signature, request(body, headers))).toBe("right");
    const own = signature.kind === "none" ? [] : signature.secrets;
    expect(kindOf(withSecrets(otherSecret, ...own), request(body, headers))).toBe("right");
  });

  test("is wrong with another secret, another body, and any other character in the signature", () => {
    expect(kindOf(withSecrets(otherSecret), request(body, headers))).toBe("wrong");
    expect(kindOf(signature, request(`${body} `, headers))).toBe("wrong");
    expect(kindOf(signature, request("", headers))).toBe("wrong");
    const written = headers[signedIn] ?? "";
    const from = written.search(/(?<=v1,|sha256=|v1=)/);
    for (const at of [from, from + 7, from + 30]) {
      const other = written[at] === "a" ? "b" : "a";
      const changed = written.slice(0, at) + other + written.slice(at + 1);
      expect(kindOf(signature, request(body, { ...headers, [signedIn]: changed }))).toBe("wrong");
    }
  });

  test.each(["", "v1,", "v1=", "sha256=", "t=,v1=", "v1,====", "sha256=zz", "nothing at all", "v1, v1, v1,"])(
    "is wrong as %j",
    (written) => {
      expect(kindOf(signature, request(body, { ...headers, [signedIn]: written }))).toBe("wrong");
    },
  );

  test("is wrong without its headers, and names the absent ones", () => {
    expect(checkSignature(signature, request(body, {}), atMs)).toMatchObject({ kind: "wrong", reason: expect.stringContaining(signedIn) });
  });

  test("with a time is right within the tolerance, to both sides, and wrong beyond", () => {
    if (signature.kind === "github") return;
    expect([-toleranceMs, toleranceMs].map((apart) => kindOf(signature, request(body, headers), atMs + apart))).toEqual(["right", "right"]);
    expect([-toleranceMs - 1, toleranceMs + 1].map((apart) => kindOf(signature, request(body, headers), atMs + apart))).toEqual([
      "wrong",
      "wrong",
    ]);
    expect(checkSignature(signature, request(body, headers), atMs + 400_000)).toMatchObject({
      reason: "its time is 400 s away from ours",
    });
  });
});

test("a signed time or id that was changed is wrong", () => {
  const [standard] = vectors;
  const { signature, headers, body, atMs } = standard ?? expect.fail();
  for (const change of [{ "webhook-id": "msg_other" }, { "webhook-timestamp": "1731705122" }, { "webhook-timestamp": "1731705121.0" }])
    expect(checkSignature(signature, request(body, { ...headers, ...change }), atMs).kind).toBe("wrong");
});

test("no refusal reveals anything of a secret or of the right signature", () => {
  for (const { signature, headers, atMs } of vectors) {
    const check = checkSignature(signature, request("other", headers), atMs);
    expect(check).toEqual({ kind: "wrong", reason: "it was signed with another secret, or changed on its way" });
  }
});
