/**
 * LiveTab: the tab's end of the live stream: it tells the hub what this tab shows, passes frames to the store, and releases the stream
 * while nobody looks at the tab. The stream itself belongs to the hub (live-hub.ts): a browser has one, however many tabs are open.
 */
import { HEARTBEAT_MS, type HubSays, type TabSays } from "./live-message.ts";
import { openLink, type LiveLink } from "./live-link.ts";
import type { LiveStore } from "./live-store.ts";

/** A tab that is hidden for a shorter time keeps its stream. */
const HIDDEN_GRACE_MS = 5_000;
/** When nothing came for this long to a visible tab, the hub is gone or never was. */
const SILENCE_MS_MAX = 6_000;

export function openLiveTab(url: string, store: LiveStore): () => void {
  const tab = new LiveTab(url, store);
  return () => tab.close();
}

class LiveTab {
  readonly #store: LiveStore;
  readonly #link: LiveLink;
  readonly #heartbeat: ReturnType<typeof setInterval>;
  readonly #watchdog: ReturnType<typeof setInterval>;
  readonly #forgetNeeds: () => void;
  readonly #onVisibility = (): void => this.#visibilityChanged();
  readonly #onHide = (): void => this.#rest();
  #hiding: ReturnType<typeof setTimeout> | undefined;
  #resting = false;
  #heardMs = Date.now();

  constructor(url: string, store: LiveStore) {
    this.#store = store;
    this.#link = openLink({ url, hear: (message) => this.#hear(message), current: () => this.#says() });
    this.#forgetNeeds = store.onNeeds(() => this.#say());
    this.#heartbeat = setInterval(() => this.#say(), HEARTBEAT_MS);
    this.#watchdog = setInterval(() => this.#check(), 1_000);
    document.addEventListener("visibilitychange", this.#onVisibility);
    window.addEventListener("pagehide", this.#onHide);
    window.addEventListener("pageshow", this.#onVisibility);
    this.#say();
    this.#visibilityChanged();
  }

  close(): void {
    clearInterval(this.#heartbeat);
    clearInterval(this.#watchdog);
    clearTimeout(this.#hiding);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    window.removeEventListener("pagehide", this.#onHide);
    window.removeEventListener("pageshow", this.#onVisibility);
    this.#forgetNeeds();
    this.#link.close();
  }

  #says(): TabSays {
    return { needs: this.#resting ? null : this.#store.needs() };
  }

  #say(): void {
    this.#link.say(this.#says());
  }

  #visibilityChanged(): void {
    clearTimeout(this.#hiding);
    if (document.visibilityState === "hidden") {
      this.#hiding = setTimeout(() => this.#rest(), HIDDEN_GRACE_MS);
    } else if (this.#resting) {
      this.#resting = false;
      this.#heardMs = Date.now();
      this.#store.wake();
      this.#say();
    }
  }

  #rest(): void {
    if (this.#resting) return;
    this.#resting = true;
    this.#say();
    this.#store.rest(Date.now());
  }

  #hear(message: HubSays): void {
    this.#heardMs = Date.now();
    if (this.#resting) return;
    switch (message.kind) {
      case "snapshot":
        return this.#store.fill(message);
      case "frame":
        return this.#store.receive(message.frame, this.#heardMs);
      case "lost":
        return this.#store.offline(this.#heardMs, message.refusal);
    }
  }

  #check(): void {
    if (this.#resting || Date.now() - this.#heardMs <= SILENCE_MS_MAX) return;
    this.#store.offline(Date.now(), null);
    // A hub that forgot this tab, or a new one, gets its needs again.
    this.#heardMs = Date.now();
    this.#say();
  }
}
