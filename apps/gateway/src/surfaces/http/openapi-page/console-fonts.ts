/**
 * ConsoleFonts: the faces that a built console brings, for the one page that the gateway draws itself. The console's build names its files
 * by their content, so the folder is read; without a build the page keeps the system's faces. Neighbour: openapi-page.ts.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { consoleBuildFolder } from "../../../listener/base-path.ts";

const consoleRoot = fileURLToPath(new URL("../../../../../console", import.meta.url));
const mediaFolder = "static/media";

const faces = [
  { family: "Geist", begins: "Geist_Variable" },
  { family: "Geist Mono", begins: "GeistMono_Variable" },
] as const;

/** The rules for a page at the gateway's root; a URL in them is relative, so that a base path stays before it. */
export function consoleFonts(basePath: string): string {
  const folder = join(consoleRoot, consoleBuildFolder(basePath), mediaFolder);
  return fontFaces(existsSync(folder) ? readdirSync(folder) : []);
}

export function fontFaces(files: readonly string[]): string {
  return faces
    .flatMap(({ family, begins }) => {
      const file = files.find((name) => name.startsWith(begins) && name.endsWith(".woff2"));
      return file === undefined ? [] : [faceOf(family, `_next/${mediaFolder}/${file}`)];
    })
    .join("");
}

function faceOf(family: string, url: string): string {
  return `@font-face{font-family:"${family}";src:url("${url}") format("woff2");font-weight:100 900;font-display:swap}\n`;
}
