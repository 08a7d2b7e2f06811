/** The words of the page of people. */
import { expect, test } from "vitest";
import { grantsText } from "../../identity/grants-text.ts";
import { agentText, mayText } from "./people-words.ts";
import { en as may } from "../../words/may/en.ts";
import { en } from "../../words/people/en.ts";

test("rights read as a sentence", () => {
  expect(grantsText([{ role: "admin", namespace: "*" }], may)).toBe("admin everywhere");
  expect(
    grantsText(
      [
        { role: "viewer", namespace: "pay" },
        { role: "operator", namespace: "shop" },
      ],
      may,
    ),
  ).toBe("viewer in pay, operator in shop");
  expect(mayText({ grants: [], ingress: "http" }, en.token, may)).toBe("send through http, nothing else");
});

test("a browser is named as people call it", () => {
  expect(agentText("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", en.unknownAgent)).toBe("Firefox, Linux");
  expect(
    agentText("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36", en.unknownAgent),
  ).toBe("Chrome, Windows");
  expect(agentText("curl/8.0", en.unknownAgent)).toBe("curl/8.0");
});
