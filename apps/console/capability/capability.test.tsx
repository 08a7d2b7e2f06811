// @vitest-environment happy-dom
/** When a runtime cannot do something, its control stays in place, does nothing and says why. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { AppRouter } from "@signalbox/gateway/contract";
import type { ReactNode } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { EntityActions } from "../features/entities/entity-actions.tsx";
import { TRPCProvider } from "../trpc/context.tsx";
import type { CapabilityView, EntityDetail } from "../trpc/views.ts";
import { CapabilityButton } from "./capability-button.tsx";
import { Needs } from "./capability-note.tsx";

afterEach(cleanup);

const texts: Readonly<Record<string, string>> = {
  savepoints: "take savepoints and restore them",
  "entity-actions": "act on entities",
  journal: "tell traces",
};

function view(lacking: readonly string[]) {
  const capabilities = Object.entries(texts).map(([name, text]): CapabilityView => {
    const able = !lacking.includes(name);
    return {
      name: name as CapabilityView["name"],
      text,
      able,
      reason: able ? "" : "it has no files",
      cure: able ? "" : "Use the embedded engine.",
    };
  });
  return { name: "memory", capabilities };
}

/** Requests other than those for capabilities are noted, and never answered. */
function show(lacking: readonly string[], children: ReactNode) {
  const asked: string[] = [];
  const link: TRPCLink<AppRouter> = () => (call) =>
    observable((observer) => {
      asked.push(call.op.path);
      if (call.op.path !== "runtime.capabilities") return;
      observer.next({ result: { data: view(lacking) } });
      observer.complete();
    });
  const queryClient = new QueryClient();
  render(
    <QueryClientProvider client={queryClient}>
      <TRPCProvider queryClient={queryClient} trpcClient={createTRPCClient<AppRouter>({ links: [link] })}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>,
  );
  return { asked, user: userEvent.setup() };
}

it("a button for a present capability is a plain button", async () => {
  const onClick = vi.fn<() => void>();
  const { user } = show(
    [],
    <CapabilityButton needs="savepoints" onClick={onClick}>
      Take
    </CapabilityButton>,
  );
  await user.click(screen.getByRole("button", { name: "Take" }));
  expect(onClick).toHaveBeenCalledTimes(1);
});

it("a button for a missing one does nothing, keeps the focus and says which runtime, why and what to do", async () => {
  const onClick = vi.fn<() => void>();
  const { user } = show(
    ["savepoints"],
    <CapabilityButton needs="savepoints" onClick={onClick}>
      Take
    </CapabilityButton>,
  );
  await waitFor(() => expect(screen.getByRole("button", { name: "Take" }).getAttribute("aria-disabled")).toBe("true"));
  const button = screen.getByRole("button", { name: "Take" });
  expect(button.getAttribute("aria-description")).toBe(
    "The runtime “memory” cannot take savepoints and restore them: it has no files. Use the embedded engine.",
  );
  await user.click(button);
  expect(onClick).not.toHaveBeenCalled();
  expect(document.activeElement).toBe(button);
});

it("a page that needs a missing one says so in its place, and sends no request", async () => {
  const page = vi.fn<() => string>(() => "traces");
  function Page() {
    return <>{page()}</>;
  }
  show(
    ["journal"],
    <Needs capability="journal">
      <Page />
    </Needs>,
  );
  expect(await screen.findByText(/cannot tell traces: it has no files/)).toBeTruthy();
  expect(screen.queryByText("traces")).toBeNull();
  expect(screen.getByRole("heading", { name: "Not with this runtime" })).toBeTruthy();
});

it("the actions on a parked entity are all there, none of them acts, and nothing is sent", async () => {
  const value = { typename: "t/v", sizeBytes: 1, as: "text", text: "a", base64: "YQ==", decoder: "text" };
  const head = { sequence: 1, trace: 1, caller: null, target: { type: "shop/cart", id: "anna" }, value, atMs: 1 };
  const entity = {
    address: { type: "shop/cart", id: "anna" },
    status: "parked",
    mailboxDepth: 1,
    mailbox: [head],
  } as unknown as EntityDetail;
  const { asked, user } = show(["entity-actions"], <EntityActions entity={entity} />);
  for (const name of ["Retry now", "Edit head message…", "Discard head message…"]) {
    await waitFor(() => expect(screen.getByRole("button", { name }).getAttribute("aria-disabled")).toBe("true"));
    await user.click(screen.getByRole("button", { name }));
  }
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(asked.filter((path) => path.startsWith("entities."))).toEqual([]);
});
