// @vitest-environment happy-dom
/**
 * No key press is lost in the film, however fast the keys come and however late the address follows, even when an older address arrives
 * after a newer press.
 */
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { unstable_createAdapterProvider as createAdapterProvider } from "nuqs/adapters/custom";
import { NuqsTestingAdapter } from "nuqs/adapters/testing";
import { useSyncExternalStore } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ShortcutsProvider } from "../../shell/shortcuts.tsx";
import { causalTree } from "./causal-tree.ts";
import { FilmBar } from "./film-bar.tsx";
import { cart, message, record } from "./test-records.ts";
import { useFilm } from "./use-film.ts";

/** An address bar whose page gets the address when the test says so, like a busy router. */
class Address {
  written = new URLSearchParams();
  #heard = new URLSearchParams();
  readonly #watchers = new Set<() => void>();
  readonly heard = (): URLSearchParams => this.#heard;
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  hear(search: string): void {
    this.#heard = new URLSearchParams(search);
    for (const watcher of this.#watchers) watcher();
  }
}

const HOPS = 5;
const records = Array.from({ length: HOPS }, (_, index) =>
  record(index + 1, cart, {
    messages: [message(index === 0 ? 1 : 100 + index, { caller: index === 0 ? null : cart, target: cart }, index * 10)],
    sent: index === HOPS - 1 ? [] : [message(101 + index, { caller: cart, target: cart }, index * 10 + 5)],
  }),
);
const tree = causalTree(1, records);

function Film() {
  return <FilmBar trace={1} film={useFilm(tree)} place="trace" />;
}

function open(search = ""): Address {
  const address = new Address();
  address.written = new URLSearchParams(search);
  address.hear(search);
  const Adapter = createAdapterProvider(() => ({
    searchParams: useSyncExternalStore(address.watch, address.heard, address.heard),
    updateUrl: (next: URLSearchParams) => {
      address.written = new URLSearchParams(next);
    },
    getSearchParamsSnapshot: () => new URLSearchParams(address.written),
    autoResetQueueOnUpdate: false,
  }));
  render(
    <Adapter>
      <ShortcutsProvider>
        <Film />
      </ShortcutsProvider>
    </Adapter>,
  );
  return address;
}

const shown = (): string => screen.getByRole("status").textContent;
const press = (key: "ArrowLeft" | "ArrowRight"): void => void document.body.dispatchEvent(keyDown(key));
const keyDown = (key: string): KeyboardEvent => new KeyboardEvent("keydown", { key, code: key, bubbles: true });
/** Presses the keys without a render in between. */
const pressAtOnce = (...keys: ("ArrowLeft" | "ArrowRight")[]): void => act(() => keys.forEach(press));
/** Lets pending addresses be written. */
const write = (): Promise<void> => act(() => vi.runAllTimersAsync().then(() => undefined));

/**
 * Forgets what the tab has written, which is kept in one place for all adapters; mounting this one empties it, as the router's does when a
 * person goes back.
 */
const forgetWritten = (): void => void render(<NuqsTestingAdapter>{null}</NuqsTestingAdapter>);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  await vi.runAllTimersAsync();
  forgetWritten();
  cleanup();
  vi.useRealTimers();
});

it("keys that come faster than the page is drawn each count", async () => {
  const address = open();
  expect(shown()).toBe("5 hops");
  pressAtOnce("ArrowRight", "ArrowRight", "ArrowRight");
  expect(shown()).toBe("3 of 5");
  pressAtOnce("ArrowLeft", "ArrowRight", "ArrowRight");
  expect(shown()).toBe("4 of 5");
  await write();
  expect(address.written.get("hop")).toBe(tree.items[3]?.key);
});

it("an older address that arrives late takes no press back", async () => {
  const address = open();
  const [first, second, , fourth] = tree.items.map(({ key }) => key);
  pressAtOnce("ArrowRight");
  await write();
  pressAtOnce("ArrowRight");
  await write();
  // A busy router writes the address of what it rendered, although the page has moved on, and the page gets it before and between presses.
  forgetWritten();
  act(() => {
    address.written = new URLSearchParams({ hop: first ?? "" });
    address.hear(`hop=${first}`);
  });
  expect(shown()).toBe("2 of 5");
  act(() => {
    press("ArrowRight");
    address.hear(`hop=${second}`);
    press("ArrowRight");
  });
  expect(shown()).toBe("4 of 5");
  await write();
  expect(address.written.get("hop")).toBe(fourth);
});

it("the address moves the film when a person goes back, and when it names an unseen frame", async () => {
  const [first, second, , , fifth] = tree.items.map(({ key }) => key);
  const address = open(`hop=${second}`);
  expect(shown()).toBe("2 of 5");
  act(() => address.hear(`hop=${fifth}`));
  expect(shown()).toBe("5 of 5");
  pressAtOnce("ArrowLeft", "ArrowLeft");
  await write();
  expect(shown()).toBe("3 of 5");
  window.history.replaceState(null, "", `?hop=${second}`);
  fireEvent(window, new PopStateEvent("popstate"));
  expect(shown()).toBe("2 of 5");
  pressAtOnce("ArrowLeft");
  expect(shown()).toBe("1 of 5");
  await write();
  expect(address.written.get("hop")).toBe(first);
});
