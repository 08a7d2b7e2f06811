/**
 * Pointer: a hand for the film. Screencasts show no mouse, so an arrow is drawn into the page where it is. It moves as a hand does,
 * starting and ending slowly.
 */
import type { Locator, Page } from "@playwright/test";

export interface Point {
  readonly x: number;
  readonly y: number;
}

const stepMs = 40;

export class Pointer {
  readonly #page: Page;
  #at: Point = { x: 0, y: 0 };

  constructor(page: Page) {
    this.#page = page;
  }

  /** Draws the arrow once for a document; it stays when links within the console are followed. */
  async draw(at: Point): Promise<void> {
    await this.#page.evaluate(() => {
      const arrow = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", "M1 1 L1 19 L5.6 14.8 L8.6 21.6 L11.8 20.2 L8.8 13.6 L15 13.2 Z");
      for (const [name, value] of Object.entries({ fill: "#fff", stroke: "#111", "stroke-width": "1.4", "stroke-linejoin": "round" }))
        path.setAttribute(name, value);
      arrow.append(path);
      Object.assign(arrow.style, {
        position: "fixed",
        left: "0",
        top: "0",
        width: "24px",
        height: "24px",
        zIndex: "2147483647",
        pointerEvents: "none",
      });
      arrow.setAttribute("aria-hidden", "true");
      document.body.append(arrow);
      const down = (pressed: boolean): void => {
        path.setAttribute("fill", pressed ? "#ffc247" : "#fff");
      };
      const options = { capture: true };
      window.addEventListener(
        "pointermove",
        ({ clientX, clientY }) => (arrow.style.transform = `translate(${clientX}px, ${clientY}px)`),
        options,
      );
      window.addEventListener("pointerdown", () => down(true), options);
      window.addEventListener("pointerup", () => down(false), options);
    });
    this.#at = at;
    await this.#page.mouse.move(at.x, at.y);
  }

  async glide(to: Point, lastsMs: number): Promise<void> {
    const from = this.#at;
    const began = performance.now();
    for (let part = 0; part < 1; ) {
      await this.#page.waitForTimeout(stepMs);
      part = Math.min(1, (performance.now() - began) / lastsMs);
      const eased = part * part * (3 - 2 * part);
      await this.#page.mouse.move(from.x + (to.x - from.x) * eased, from.y + (to.y - from.y) * eased);
    }
    this.#at = to;
  }

  async glideTo(target: Locator, lastsMs: number): Promise<void> {
    await this.glide(await middleOf(target), lastsMs);
  }

  async click(target: Locator, lastsMs: number): Promise<void> {
    await this.glideTo(target, lastsMs);
    await this.#page.mouse.down();
    await this.#page.waitForTimeout(120);
    await this.#page.mouse.up();
  }
}

async function middleOf(target: Locator): Promise<Point> {
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (box === null) throw new Error(`${String(target)} has no place on the page`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
