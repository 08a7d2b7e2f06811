/** A service that sends interim answers without end: the request ends after a few, whoever made it. */
import { request } from "node:http";
import { createServer, type Server } from "node:net";
import { afterEach, expect, it } from "vitest";
import { boundInterimAnswers } from "../../src/listener/bound-interim.ts";

let server: Server | undefined;
afterEach(() => void server?.close());

async function serviceSending(text: string, isEndless: boolean): Promise<{ port: number; over: Promise<void> }> {
  const over = Promise.withResolvers<void>();
  const opened = createServer((socket) => {
    socket.on("error", () => undefined).on("close", () => over.resolve());
    const more = (): void => {
      while (!socket.destroyed && socket.write(text));
    };
    socket.once("data", () => {
      if (!isEndless) return void socket.end(text);
      socket.on("drain", more);
      more();
    });
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, "127.0.0.1", resolve));
  const address = opened.address();
  return { port: typeof address === "object" ? (address?.port ?? 0) : 0, over: over.promise };
}

function asked(port: number): Promise<string> {
  boundInterimAnswers();
  boundInterimAnswers();
  return new Promise((resolve) => {
    const sent = request({ port, host: "127.0.0.1" }, (answer) => {
      answer.resume();
      resolve(`answered ${answer.statusCode}`);
    });
    sent.on("error", (error) => resolve(error.message)).end();
  });
}

it.each(["102 Processing", "103 Early Hints", "100 Continue"])("of %s alone ends the request", async (line) => {
  const { port, over } = await serviceSending(`HTTP/1.1 ${line}\r\n\r\n`.repeat(100), true);
  expect(await asked(port)).toBe("it sent more than 32 interim answers (1xx) and no answer");
  await over;
});

it("are passed over before an answer, up to a bound", async () => {
  const { port } = await serviceSending(`${"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(32)}HTTP/1.1 204 No Content\r\n\r\n`, false);
  expect(await asked(port)).toBe("answered 204");
});
