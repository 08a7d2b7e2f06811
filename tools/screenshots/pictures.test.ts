/**
 * The console's pages, their pictures and docs/console.md belong together: a new page needs a section and a picture.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { navigation } from "../../apps/console/shell/navigation.ts";
import { en } from "../../apps/console/words/en.ts";
import { repositoryRoot } from "../stale-step.ts";
import { schemes } from "./schemes.ts";
import { film, pictures } from "./pictures.ts";

const folder = join(repositoryRoot, "docs/screenshots");
const guide = readFileSync(join(repositoryRoot, "docs/console.md"), "utf8");
const folderBytesMax = 6 * 1024 * 1024;
const filmBytesMax = 3 * 1024 * 1024;

function filesOf(name: string): readonly string[] {
  return schemes.map((scheme) => `${name}-${scheme}.webp`);
}

describe("docs/screenshots", () => {
  test("has a picture of every page of the console", () => {
    const app = join(repositoryRoot, "apps/console/app");
    const routes = readdirSync(app, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith("page.tsx"))
      .map((path) => `/${path}`.replace(/\/\([a-z]+\)/u, "").replace(/\/page\.tsx$/u, "") || "/");
    expect(routes.length).toBeGreaterThan(20);
    expect(routes.filter((route) => !pictures.some((picture) => picture.route === route))).toEqual([]);
  });

  test("has no picture that is no longer taken", () => {
    const taken = new Set<string>([
      film.file,
      ...pictures.flatMap(({ name, phone }) => [...filesOf(name), ...(phone === true ? [`${name}-390-dark.webp`] : [])]),
    ]);
    expect(readdirSync(folder).filter((file) => !taken.has(file))).toEqual([]);
  });

  test("stays small enough for a repository", () => {
    const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    expect(bytes).toBeLessThan(folderBytesMax);
    expect(statSync(join(folder, film.file)).size).toBeLessThan(filmBytesMax);
  });

  test("has the film, and the README and the guide show it", () => {
    expect(guide).toContain(`](screenshots/${film.file})`);
    expect(readFileSync(join(repositoryRoot, "README.md"), "utf8")).toContain(`](docs/screenshots/${film.file})`);
  });
});

describe("docs/console.md", () => {
  test.each(navigation.map((entry) => ({ ...entry, name: en.navigation[entry.words].name })))(
    "has a section for $name with its key, its address and a picture",
    ({ name, path, key }) => {
      const section = new RegExp(`^## ${name}\\n([\\s\\S]*?)(?=\\n## |$(?![\\s\\S]))`, "mu").exec(guide)?.[1] ?? "";
      expect(section, `## ${name}`).not.toBe("");
      expect(section).toContain(`\`${path}\``);
      expect(section).toContain(`\`g ${key}\``);
      expect(section).toMatch(/^Does not know: /mu);
      const shown = [...section.matchAll(/\]\(screenshots\/([^)]+)\)/gu)].map(([, file]) => file ?? "");
      expect(shown.length).toBeGreaterThan(0);
      const pictured = pictures.filter(({ route }) => route === path).flatMap((picture) => filesOf(picture.name));
      expect(shown.some((file) => pictured.includes(file))).toBe(true);
    },
  );

  test("links only pictures that exist", () => {
    const shown = [...guide.matchAll(/\]\((screenshots\/[^)]+)\)/gu)].map(([, file]) => file ?? "");
    expect(shown.filter((file) => !existsSync(join(repositoryRoot, "docs", file)))).toEqual([]);
  });
});
