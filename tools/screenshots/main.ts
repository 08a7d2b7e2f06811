/**
 * `npm run screenshots`: takes every picture of docs/screenshots from the real console in both themes, and the film (wants Chromium, about
 * half an hour). `-- flow film` takes only those named so, `--minutes 2` waits less before.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { consoleAnswers } from "../../e2e/journey.ts";
import { Gateway } from "../../e2e/stack/gateway.ts";
import { repositoryRoot } from "../stale-step.ts";
import { newPage, openPage, savePicture, settle, startBrowser } from "./browser.ts";
import { takeFilm } from "./film.ts";
import { film, pictures, type Links, type Picture } from "./pictures.ts";
import { holding, prepare } from "./prepare.ts";
import { schemes, type Scheme } from "./schemes.ts";
import { toldOptions } from "../told-options.ts";

const folder = join(repositoryRoot, "docs/screenshots");
const { values, positionals } = toldOptions({
  command: "npm run screenshots",
  about: "Takes the pictures of docs/screenshots and the film, or those that are named. Wants Chromium.",
  options: { minutes: { type: "string", default: "10" } },
  says: { minutes: "of traffic before" },
  words: "[picture … | film]",
});
const isChosen = (name: string): boolean => positionals.length === 0 || positionals.includes(name);
const chosen = pictures.filter(({ name }) => isChosen(name));

const phoneWidth = 390;
/** Actions that could not be done, so that a picture does not show them, and pictures that could not be taken. */
const failed: string[] = [];

mkdirSync(folder, { recursive: true });
const environment = { SIGNALBOX_LOGIN: "off", SIGNALBOX_ATTEMPTS_MAX: "3" };
await using prepared = await Gateway.start(environment);
await using empty = await Gateway.start(environment);
await using closed = await Gateway.start({ SIGNALBOX_LOGIN: "on" });
for (const gateway of [prepared, empty]) await consoleAnswers(gateway);
const setupCode = /\/setup#(\S+)/.exec(closed.output)?.[1] ?? "";
const links: Links = { ...(await prepare(prepared, Number(values.minutes) * 60_000)), setupCode };
const browser = await startBrowser();
try {
  if (isChosen(film.name)) await noting(film.file, takeFilm(browser, prepared.url, join(folder, film.file)));
  for (const picture of chosen) {
    const taken = async (): Promise<void> => await takeAll(browser, picture);
    await noting(picture.name, picture.held === true ? holding(prepared, taken) : taken());
  }
} finally {
  await browser.close();
}
for (const words of failed) console.error(words);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Notes a failure; a picture that cannot be taken is no reason to take none of the others. */
async function noting(name: string, taking: Promise<void>): Promise<void> {
  await taking.then(
    () => console.log(`taken: ${name}`),
    (error: unknown) => failed.push(`${name}: ${String(error)}`),
  );
}

async function takeAll(browser: Browser, picture: Picture): Promise<void> {
  for (const scheme of schemes) await take(browser, picture, { scheme, width: 1440, height: 900, file: `${picture.name}-${scheme}` });
  if (picture.phone !== true) return;
  await take(browser, picture, { scheme: "dark", width: phoneWidth, height: 844, file: `${picture.name}-390-dark` });
}

interface Look {
  readonly scheme: Scheme;
  readonly width: number;
  readonly height: number;
  readonly file: string;
}

async function take(browser: Browser, { link, on, act }: Picture, { file, ...look }: Look): Promise<void> {
  const page = await newPage(browser, look);
  const gateway = on === "empty" ? empty : on === "closed" ? closed : prepared;
  await openPage(page, gateway.url + (typeof link === "string" ? link : link(links)));
  await settle(page);
  // What cannot be done at a phone's width is left undone there.
  if (look.width > phoneWidth) await act?.(page).catch((error: unknown) => failed.push(`${file}: ${String(error)}`));
  await settle(page);
  await savePicture(page, join(folder, `${file}.webp`));
  await page.context().close();
}
