// @vitest-environment happy-dom
/** When its person's roles change, a page loses what they may no longer see, and new rights disturb nothing. */
import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { createTRPCClient, TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { AppRouter } from "@signalbox/gateway/contract";
import { useState, type ReactElement } from "react";
import { afterEach, expect, it } from "vitest";
import { TRPCProvider, useTRPC } from "../trpc/context.tsx";
import { createQueryClient, ofMe } from "../trpc/query-client.ts";
import type { Grant } from "../trpc/views.ts";
import { RoleKeeper, RoleTakenNote } from "./role-keeper.tsx";

// The note is loaded separately when it is needed; here it is loaded before.
await import("./taken-note.tsx");

afterEach(cleanup);

/** A page with something that it read, and a text that somebody wrote. */
function Page(): ReactElement {
  const [text, setText] = useState("");
  const { data, error, refetch } = useQuery(useTRPC().people.list.queryOptions());
  return (
    <>
      <RoleTakenNote />
      <p>{JSON.stringify(data ?? "nothing read")}</p>
      {error === null ? null : <p role="status">{error.message}</p>}
      <input aria-label="Text" value={text} onChange={({ currentTarget }) => setText(currentTarget.value)} />
      <button onClick={() => void refetch()}>Read again</button>
    </>
  );
}

const operator: Grant = { role: "operator", namespace: "*" };
const viewer: Grant = { role: "viewer", namespace: "*" };

async function show() {
  const now: { grants: readonly Grant[]; refuses: boolean } = { grants: [operator], refuses: false };
  const link: TRPCLink<AppRouter> =
    () =>
    ({ op }) =>
      observable((observer) => {
        if (op.path === "people.me")
          observer.next({ result: { data: { kind: "person", name: "olga", grants: now.grants, needs: [], masks: false } } });
        else if (now.refuses) {
          const problem = { code: "FORBIDDEN", title: "Not allowed" };
          return observer.error(TRPCClientError.from({ error: { code: -32_003, message: "Not allowed", data: { problem } } }));
        } else observer.next({ result: { data: ["read as operator"] } });
        observer.complete();
      });
  const queryClient = createQueryClient();
  render(
    <QueryClientProvider client={queryClient}>
      <TRPCProvider queryClient={queryClient} trpcClient={createTRPCClient<AppRouter>({ links: [link] })}>
        <RoleKeeper>
          <Page />
        </RoleKeeper>
      </TRPCProvider>
    </QueryClientProvider>,
  );
  const user = userEvent.setup();
  await screen.findByText(/read as operator/);
  await user.type(screen.getByLabelText("Text"), "written");
  return { now, queryClient, user };
}

const textOf = (): string => (screen.getByLabelText("Text") as HTMLInputElement).value;

it("a role that is taken empties the page, says so with the remaining roles, and the note goes once it is confirmed", async () => {
  const { now, queryClient, user } = await show();
  Object.assign(now, { grants: [viewer], refuses: true });
  await act(() => queryClient.invalidateQueries(ofMe));
  expect((await screen.findByRole("alert")).textContent).toContain("Your roles were changedYour roles: viewer everywhere.");
  expect(screen.queryByText(/read as operator/)).toBeNull();
  expect(textOf()).toBe("");
  expect((await screen.findByRole("status")).textContent).toBe("Not allowed");
  await user.click(screen.getByRole("button", { name: "Understood" }));
  expect(screen.queryByRole("alert")).toBeNull();
});

it("a refusal asks for the person's roles, so that the page learns of them without being told", async () => {
  const { now, user } = await show();
  Object.assign(now, { grants: [], refuses: true });
  await user.click(screen.getByRole("button", { name: "Read again" }));
  expect((await screen.findByRole("alert")).textContent).toContain("You have no role any more.");
  await waitFor(() => expect(screen.queryByText(/read as operator/)).toBeNull());
});

it("a role that is given leaves the page unchanged", async () => {
  const { now, queryClient } = await show();
  now.grants = [operator, viewer];
  await act(() => queryClient.invalidateQueries(ofMe));
  expect([textOf(), screen.queryByRole("alert")]).toEqual(["written", null]);
  expect(screen.queryByText(/read as operator/)).not.toBeNull();
});
