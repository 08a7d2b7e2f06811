// @vitest-environment happy-dom
/** A masked value of a comparison stays masked in its place, and each side of it is shown to a person who gives a reason. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { AppRouter } from "@signalbox/gateway/contract";
import { afterEach, expect, it } from "vitest";
import { TRPCProvider } from "../../trpc/context.tsx";
import { EntityDifference } from "./entity-difference.tsx";

afterEach(cleanup);

const value = (text: string, masked: boolean) => ({
  typename: "t/v",
  sizeBytes: 8,
  as: "json",
  text: JSON.stringify({ card: masked ? "masked" : text }),
  base64: "",
  decoder: "json",
  ...(masked ? { masked: ["card"] } : {}),
});

const difference = (masked: boolean) => ({
  values: [
    { name: "payment", differs: true, from: value("4711", masked), to: value("4712", masked) },
    { name: "visits", differs: false, from: { ...value("", false), text: "1" }, to: { ...value("", false), text: "1" } },
  ],
  waiting: { from: { total: 0, first: [] }, to: { total: 0, first: [] } },
  delayed: { from: { total: 0, first: [] }, to: null },
});

/** Shows masked values for a reason, and notes each reason. */
function show() {
  const reasons: unknown[] = [];
  const trpcClient = createTRPCClient<AppRouter>({
    links: [
      () => (call) =>
        observable((observer) => {
          if (call.op.path !== "comparisons.entity") return;
          const { unmask } = call.op.context;
          reasons.push(unmask);
          observer.next({ result: { data: difference(unmask === undefined) } });
          observer.complete();
        }),
    ],
  });
  const queryClient = new QueryClient();
  render(
    <QueryClientProvider client={queryClient}>
      <TRPCProvider queryClient={queryClient} trpcClient={trpcClient}>
        <EntityDifference
          sides={{ from: "a", to: "now", names: { from: "epoch 7", to: "now" } }}
          entity={{ type: "pay/payment", id: "p1" }}
        />
      </TRPCProvider>
    </QueryClientProvider>,
  );
  return { reasons, user: userEvent.setup() };
}

it("each side of a masked value is shown with a reason, and an unmasked one has no lever", async () => {
  const { reasons, user } = show();
  const levers = await screen.findByRole("region", { name: "Masked values" });
  expect(
    within(levers)
      .getAllByRole("listitem")
      .map(({ textContent }) => textContent),
  ).toEqual([expect.stringMatching(/^payment at epoch 7/), expect.stringMatching(/^payment at now/)]);
  expect(document.body.textContent).not.toContain("4711");
  const [first] = within(levers).getAllByRole("button", { name: "Show, with a reason…" });
  await user.click(first ?? expect.unreachable());
  await user.type(screen.getByRole("textbox", { name: /Reason/ }), "ticket 12");
  await user.click(screen.getByRole("button", { name: "Show it" }));
  expect(await screen.findByText(/4711/)).toBeDefined();
  expect(reasons).toEqual([undefined, "ticket 12"]);
});
