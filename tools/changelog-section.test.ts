/**
 * The text of a release is its section of the changelog, and nothing of the others.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { changelogSection } from "./changelog-section.ts";
import { repositoryRoot } from "./stale-step.ts";

const changelog = "# Changelog\n\n## Unreleased\n\n### Added\n- c\n\n## 1.10.0 (2026-11-01)\n\n### Fixed\n- b\n\n## 1.1.0\n\n- a\n";

test.each([
  ["1.10.0", "### Fixed\n- b"],
  ["1.1.0", "- a"],
  ["1.1", undefined],
  ["2.0.0", undefined],
])("of %s it is %j", (version, section) => {
  expect(changelogSection(changelog, version)).toBe(section);
});

test("the changelog of this repository has such sections", () => {
  expect(changelogSection(readFileSync(join(repositoryRoot, "CHANGELOG.md"), "utf8"), "Unreleased")).toContain("### Added");
});
