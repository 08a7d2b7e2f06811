/**
 * Film: 20 s of time travel as a hand does it: Flow as it is now, a drag on the timeline, Flow as it was, an entity as of then, time that
 * plays, and back to now. On the same gateway as the pictures, in real time; only what loads is cut out. Neighbours: recorder.ts,
 * pointer.ts, animation.ts.
 */
import type { Browser, Page } from "@playwright/test";
import { writeGif } from "./animation.ts";
import { newPage, openPage, settle } from "./browser.ts";
import { Pointer, type Point } from "./pointer.ts";
import { Recorder } from "./recorder.ts";

const look = { scheme: "dark", width: 1440, height: 900 } as const;
/** Places as shares of the timeline's width: where the drag begins, where it turns, and where the hand lets go. */
const dragged = [0.94, 0.7, 0.8] as const;

export async function takeFilm(browser: Browser, url: string, file: string): Promise<void> {
  const page = await newPage(browser, look);
  await openPage(page, `${url}/flow`);
  await page.locator(".react-flow__node").first().waitFor();
  await page.getByRole("option").nth(12).waitFor();
  await settle(page);
  const recorder = await Recorder.of(page);
  const pointer = new Pointer(page);
  await pointer.draw({ x: 690, y: 330 });
  await page.waitForTimeout(1_000);
  await timeTravel(page, pointer, recorder);
  await writeGif(await recorder.end(), file);
  await page.context().close();
}

async function timeTravel(page: Page, pointer: Pointer, recorder: Recorder): Promise<void> {
  const isPast = page.getByRole("status", { name: "The past is shown" });
  const then = page.getByRole("region", { name: "Records of then" });
  recorder.go();
  await page.waitForTimeout(2_500);

  // The hand drags into the past, too far, and a little back.
  const [from, beyond, to] = await placesOnTimeline(page);
  await pointer.glide(from, 900);
  await page.mouse.down();
  await pointer.glide(beyond, 1_500);
  await pointer.glide(to, 700);
  await page.mouse.up();
  await isPast.waitFor();
  await cutUntil(recorder, () => then.getByRole("listitem").nth(4).waitFor());
  await pointer.glideTo(isPast, 700);
  await page.waitForTimeout(1_800);

  // Shows what happened then, and to whom.
  await pointer.click(
    then
      .locator('[aria-current="time"] ~ li')
      .getByRole("button", { name: /shop\/stock/ })
      .first(),
    800,
  );
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  const entity = inspector.getByRole("link", { name: "Open entity" });
  await cutUntil(recorder, () => entity.waitFor());
  await page.waitForTimeout(700);
  await pointer.click(entity, 600);
  await cutUntil(recorder, () => page.getByRole("region", { name: "State then" }).waitFor());
  await page.waitForTimeout(1_800);

  // Time plays over the entity's state, ten times as fast as it happened; then back to now.
  const timeline = page.getByRole("region", { name: "Timeline" });
  await pointer.click(timeline.getByRole("radio", { name: "10×" }).last(), 800);
  await pointer.click(timeline.getByRole("button", { name: "Play" }).last(), 500);
  await page.waitForTimeout(3_000);
  await pointer.click(page.getByRole("button", { name: /back to now/ }), 900);
  await isPast.waitFor({ state: "detached" });
  await page.waitForTimeout(2_000);
}

/** Leaves out a page that loads: the film continues once it is there. */
async function cutUntil(recorder: Recorder, isThere: () => Promise<void>): Promise<void> {
  recorder.cut();
  await isThere();
  recorder.go();
}

async function placesOnTimeline(page: Page): Promise<[Point, Point, Point]> {
  const slider = page.getByRole("region", { name: "Timeline" }).getByRole("slider");
  const box = await slider.boundingBox();
  if (box === null) throw new Error("the page has no timeline");
  const at = (part: number): Point => ({ x: box.x + box.width * part, y: box.y + box.height * 0.6 });
  return [at(dragged[0]), at(dragged[1]), at(dragged[2])];
}
