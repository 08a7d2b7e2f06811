/**
 * Runs before each file of the fast lane. With a DOM, Testing Library's `waitFor` and `findBy` wait as long as `expect.poll` does in
 * vitest.config.ts, because their own second is less than an editor or a page that is loaded on demand takes on a busy machine.
 */
if (typeof document !== "undefined") {
  const { configure } = await import("@testing-library/react");
  configure({ asyncUtilTimeout: 30_000 });
}
export {};
