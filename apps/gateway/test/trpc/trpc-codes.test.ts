/**
 * No expected refusal looks like a failure of the gateway: each status of a problem has its tRPC code, except 500.
 */
import { expect, test } from "vitest";
import { engineProblems, gatewayProblems } from "../../src/contract/problem.ts";
import { trpcCodes } from "../../src/surfaces/trpc/init.ts";

const statuses = new Set([...Object.values(gatewayProblems), ...Object.values(engineProblems)].map(({ status }) => status));

test.each([...statuses].filter((status) => status !== 500).toSorted((a, b) => a - b))("%i has a code", (status) => {
  expect(trpcCodes.get(status)).toBeDefined();
});
