/** Acts on the causes of failures from the command line. */
import { expect, test } from "vitest";
import { answering, type Asked } from "./answering.ts";
import { runCli } from "./run-cli.ts";

test("a cause is named by the beginning of its fingerprint, as long as no other begins so", async () => {
  const asked: Asked[] = [];
  const fetch = answering(
    200,
    { causes: ["3f2a000000000001", "3f2a000000000002", "76ec000000000003"].map((fingerprint) => ({ fingerprint })) },
    asked,
  );
  expect((await runCli(["failures", "retry", "76ec"], { fetch })).code).toBe(0);
  expect(new URL(asked.at(-1)?.url ?? "").pathname).toBe("/v1/failures/causes/76ec000000000003/act");
  const several = await runCli(["failures", "retry", "3f2a"], { fetch });
  expect(several).toMatchObject({ code: 2, err: expect.stringContaining("3f2a000000000001, 3f2a000000000002") });
  await runCli(["failures", "retry", "aaaa"], { fetch });
  expect(new URL(asked.at(-1)?.url ?? "").pathname).toBe("/v1/failures/causes/aaaa/act");
});
