// @vitest-environment happy-dom
/** The preview asks once a pause, for the last text, and soon enough for a mark within 300 ms. */
import { QueryClient } from "@tanstack/react-query";
import { createTRPCClient } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { act, cleanup, renderHook } from "@testing-library/react";
import type { AppRouter } from "@signalbox/gateway/contract";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { TRPCProvider } from "../../trpc/context.tsx";
import { useModulePreview } from "./use-preview.ts";

/** The gateway, the way there and back, and rendering need the rest of the 300 ms. */
const pauseMsMax = 120;

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function typing() {
  const asked: string[] = [];
  const trpcClient = createTRPCClient<AppRouter>({
    links: [
      () => (call) =>
        observable((observer) => {
          const { yaml } = call.op.input as { yaml: string };
          asked.push(yaml);
          observer.next({ result: { data: { valid: true, issues: [], changes: [] } } });
          observer.complete();
        }),
    ],
  });
  const queryClient = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <TRPCProvider queryClient={queryClient} trpcClient={trpcClient}>
      {children}
    </TRPCProvider>
  );
  const hook = renderHook((texts: { yaml: string; running: string }) => useModulePreview("shop", texts), {
    wrapper,
    initialProps: { yaml: "kind: a", running: "kind: a" },
  });
  const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
  return { asked, pass, ...hook };
}

it("a text is checked within the pause after its last key, and the answer is of that text", async () => {
  const { asked, pass, rerender, result } = typing();
  await pass(pauseMsMax);
  asked.length = 0;
  for (const yaml of ["kind: ab", "kind: abc", "kind: abcd"]) {
    rerender({ yaml, running: "kind: a" });
    await pass(20);
  }
  expect(asked).toEqual([]);
  expect(result.current.settled).toBe(false);
  await pass(pauseMsMax - 20);
  expect(asked).toEqual(["kind: abcd"]);
  expect(result.current).toMatchObject({ yaml: "kind: abcd", settled: true });
});

it("a text that was put in force is checked again: now it would change nothing", async () => {
  const { asked, pass, rerender, result } = typing();
  rerender({ yaml: "kind: b", running: "kind: a" });
  await pass(pauseMsMax);
  asked.length = 0;
  rerender({ yaml: "kind: b", running: "kind: b" });
  expect(result.current.settled).toBe(false);
  await pass(pauseMsMax);
  expect(asked).toEqual(["kind: b"]);
  expect(result.current).toMatchObject({ running: "kind: b", settled: true });
});
