/** The token endpoint is a place like any other: a module may not name one where nothing may be called. */
import { createServer, type Server } from "node:http";
import { afterEach, expect, it } from "vitest";
import { oauthToken } from "../../../src/connectors/kafka/kafka-token.ts";

let server: Server | undefined;
afterEach(() => void server?.close());

it.each(["http://169.254.169.254/latest/api/token", "http://[fd00:ec2::254]:80/token"])(
  "no token is requested at %s, a host that may not be called",
  async (tokenUrl) => {
    const hosts: string[] = [];
    const refusal = async ({ host }: { host: string }): Promise<string> => {
      hosts.push(host);
      return "it is link-local";
    };
    const asked = oauthToken({ tokenUrl, login: {}, nowMs: () => 0, refusal });
    await expect(asked).rejects.toMatchObject({ code: "FORBIDDEN_TOKEN_PLACE", where: tokenUrl });
    expect(hosts).toEqual([tokenUrl.includes("fd00") ? "fd00:ec2::254" : "169.254.169.254"]);
  },
);

it("a token is requested at an allowed host", async () => {
  const opened = createServer((_request, response) => response.end('{"access_token":"t"}'));
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, "127.0.0.1", resolve));
  const address = opened.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const source = { login: {}, nowMs: () => 0, refusal: async () => undefined };
  expect(await oauthToken({ ...source, tokenUrl: `http://127.0.0.1:${port}/token` })).toBe("t");
  await expect(oauthToken({ ...source, tokenUrl: "no url" })).rejects.toMatchObject({ code: "OAUTH_TOKEN_REFUSED" });
});
