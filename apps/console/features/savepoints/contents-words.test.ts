/** What is not known of a savepoint's modules is said, with the cause. */
import { expect, it } from "vitest";
import { modulesWords } from "./contents-words.ts";

it("names each module with its revision, or says why it is not known", () => {
  const shop = [
    { name: "pay", revision: 6 },
    { name: "shop", revision: 31 },
  ];
  expect(modulesWords({ modules: shop, origin: "person" })).toBe("pay 6, shop 31");
  expect(modulesWords({ modules: [], origin: "api" })).toBe("none");
  expect(modulesWords({ modules: null, origin: "upload" })).toMatch(/not taken here/);
  expect(modulesWords({ modules: null, origin: "person" })).toMatch(/before this was kept/);
});
