/** What hostile frames once broke (`npm run fuzz -- --target grpc --seed 1`): each line states what holds now. */
import { Client, credentials, status, type ServiceError } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

let box: TestGateway;
let client: Client;
beforeAll(async () => {
  box = await startGateway();
  client = new Client(`127.0.0.1:${box.gateway.grpcPort}`, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await box[Symbol.asyncDispose]();
});

const asIs = (bytes: Buffer): Buffer => bytes;
const garbage = Buffer.from("0affffffff0f", "hex");

function sent(path: string): Promise<ServiceError | null> {
  return new Promise((resolve) => {
    if (!path.endsWith("Publish")) return void client.makeUnaryRequest(path, asIs, asIs, garbage, resolve);
    const stream = client.makeBidiStreamRequest(path, asIs, asIs);
    stream.on("error", (error: ServiceError) => resolve(error)).on("data", () => undefined);
    stream.write(garbage);
  });
}

test.each(["/signalbox.v1.Ingress/Send", "/signalbox.v1.Ingress/Publish", "/signalbox.v1.Admin/GetEntity"])(
  "%s refuses bytes that are not a message as the caller's fault, with code and cure",
  async (path) => {
    const error = await sent(path);
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    expect(error?.metadata.get("signalbox-code")).toEqual(["INVALID_REQUEST"]);
    expect(String(error?.metadata.get("signalbox-cure"))).toContain(".proto");
  },
);
