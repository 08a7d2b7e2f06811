/** What is not known of a savepoint's modules is said, with the cause. */
import { expect, it } from "vitest";
import { en } from "../../words/savepoints/en.ts";
import { modulesWords } from "./contents-words.ts";

it("names each module with its revision, or says why it is not known", () => {
  const shop = [
    { name: "pay", revision: 6 },
    { name: "shop", revision: 31 },
  ];
  expect(modulesWords({ modules: shop, origin: "person" }, en.contents)).toBe("pay 6, shop 31");
  expect(modulesWords({ modules: [], origin: "api" }, en.contents)).toBe("none");
  expect(modulesWords({ modules: null, origin: "upload" }, en.contents)).toMatch(/not taken here/);
  expect(modulesWords({ modules: null, origin: "person" }, en.contents)).toMatch(/before this was kept/);
});
