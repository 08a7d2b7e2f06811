// @vitest-environment happy-dom
/**
 * What a page can do is in the palette while the page is shown: it presses the button in its place, and an action that is impossible says
 * why.
 */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { AppRouter } from "@signalbox/gateway/contract";
import { useState, type ReactNode } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { MayButton } from "../identity/may-button.tsx";
import { TRPCProvider } from "../trpc/context.tsx";
import { CommandPalette } from "./command-palette.tsx";
import { PageAction } from "./page-action.tsx";
import { ShortcutsSheet } from "./shortcuts-sheet.tsx";
import { ShortcutsProvider, useShortcut } from "./shortcuts.tsx";

vi.mock("next/navigation", () => ({
  usePathname: () => "/traces/7",
  useRouter: () => ({ push: () => undefined, refresh: () => undefined }),
}));

afterEach(cleanup);
// The docs are never read here.
vi.stubGlobal("fetch", () => new Promise(() => undefined));

function Open({ page }: { page: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <ShortcutsProvider>
      {page}
      <button type="button" onClick={() => setOpen(true)}>
        Open
      </button>
      <CommandPalette open={open} onOpenChange={setOpen} onShortcuts={() => undefined} />
    </ShortcutsProvider>
  );
}

/** A gateway that answers nothing, so that everything counts as allowed. */
async function openOver(page: ReactNode) {
  const queryClient = new QueryClient();
  const trpcClient = createTRPCClient<AppRouter>({ links: [() => () => observable(() => undefined)] });
  const whole = (shown: ReactNode) => (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider queryClient={queryClient} trpcClient={trpcClient}>
        <Open page={shown} />
      </TRPCProvider>
    </QueryClientProvider>
  );
  const { rerender } = render(whole(page));
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "Open" }));
  return { user, show: (other: ReactNode) => rerender(whole(other)) };
}

function Key({ act }: { act: () => void }) {
  useShortcut({ keys: "p", shown: "p", label: "Pause or go on", group: "Flow" }, act);
  return null;
}

it("the palette presses the page's button, once it is closed itself", async () => {
  const pressed = vi.fn<(focused: Element | null) => void>();
  const { user } = await openOver(
    <MayButton operation="savepoints.take" action="Take a savepoint" onClick={() => pressed(document.activeElement)}>
      Take
    </MayButton>,
  );
  await user.keyboard("take a sav{Enter}");
  await waitFor(() => expect(pressed).toHaveBeenCalledTimes(1));
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(pressed).toHaveBeenCalledWith(screen.getByRole("button", { name: "Take" }));
});

it("keys of the page stand there too, with their sign, and go with the page", async () => {
  const act = vi.fn<() => void>();
  const { user, show } = await openOver(<Key act={act} />);
  expect(screen.getByRole("option", { name: /Pause or go on\s*p/ })).toBeDefined();
  await user.keyboard("pause or{Enter}");
  await waitFor(() => expect(act).toHaveBeenCalledTimes(1));
  show(null);
  await user.click(screen.getByRole("button", { name: "Open" }));
  expect(screen.queryByRole("option", { name: /Pause or go on/ })).toBeNull();
});

it("an impossible action can be found, says why, and does nothing", async () => {
  const act = vi.fn<() => void>();
  const { user } = await openOver(<PageAction label="Retry all that match" reason="Choose a cause first." run={act} />);
  expect(screen.getByRole("option", { name: /Retry all that match\s*Choose a cause first\./ })).toBeDefined();
  await user.keyboard("retry all{Enter}");
  expect(act).not.toHaveBeenCalled();
  expect(screen.getByRole("dialog", { name: "Go to" })).toBeDefined();
});

it("a running action is not started again", async () => {
  const pressed = vi.fn<() => void>();
  const { user } = await openOver(
    <MayButton operation="savepoints.take" action="Take a savepoint" pending onClick={pressed}>
      Take
    </MayButton>,
  );
  await user.keyboard("take a sav{Enter}");
  expect(screen.getByRole("option", { name: /Take a savepoint\s*It is under way\./ })).toBeDefined();
  expect(pressed).not.toHaveBeenCalled();
});

it("the sheet of keys lists the actions with a key, and no others", () => {
  render(
    <ShortcutsProvider>
      <Key act={() => undefined} />
      <PageAction label="Alerts…" run={() => undefined} />
      <ShortcutsSheet open onOpenChange={() => undefined} />
    </ShortcutsProvider>,
  );
  expect(screen.getByText("Pause or go on")).toBeDefined();
  expect(screen.queryByText("Alerts…")).toBeNull();
});
