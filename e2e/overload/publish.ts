/** Publish: the gRPC Publish stream as a client sees it, and a sender that publishes a list and waits until all of it is durable. */
import { Client, credentials, type ClientDuplexStream } from "@grpc/grpc-js";
import { PublishAck, PublishFrame, type PublishFrameProperties, toSafeNumber } from "@signalbox/proto";
import { valueType } from "../functions/slow-adder-values.ts";
import { idOf } from "./ledger.ts";

export interface PublishedMessage {
  readonly sequence: number;
  readonly type: string;
  readonly id: string;
  readonly valueType: string;
  readonly value: Buffer;
}

export interface Frame {
  readonly producer: string;
  readonly messages: readonly PublishedMessage[];
}

const frameMessages = 500;
const inFlightMax = 5_000;

/** The cast is needed because the generated writer takes a number where its types ask for a Long. */
function encodeFrame(frame: Frame): Buffer {
  return Buffer.from(PublishFrame.encode(frame as unknown as PublishFrameProperties).finish());
}

export function connect(address: string): Client {
  return new Client(address, credentials.createInsecure());
}

export function openStream(client: Client): ClientDuplexStream<Frame, PublishAck> {
  return client.makeBidiStreamRequest("/signalbox.v1.Ingress/Publish", encodeFrame, (bytes: Buffer) => PublishAck.decode(bytes), {});
}

export interface Publication {
  readonly producer: string;
  readonly type: string;
  readonly messages: readonly { readonly entity: number; readonly value: Buffer }[];
}

/** Resolves when the gateway says that all of it is durable; rejects when it refuses. */
export async function publishAll(address: string, { producer, type, messages }: Publication): Promise<void> {
  const client = connect(address);
  const stream = openStream(client);
  let sent = 0;
  let durable = 0;
  const fill = (): void => {
    while (sent < messages.length && sent - durable < inFlightMax) {
      const part = messages.slice(sent, sent + frameMessages);
      const from = sent + 1;
      const rows = part.map(({ entity, value }, index) => ({ sequence: from + index, type, id: idOf(entity), valueType, value }));
      stream.write({ producer, messages: rows });
      sent += part.length;
    }
  };
  try {
    await new Promise<void>((done, failed) => {
      stream.on("data", (ack: PublishAck) => {
        durable = toSafeNumber(ack.durableSequence);
        if (durable >= messages.length) stream.end();
        else fill();
      });
      stream.once("end", done);
      stream.once("error", failed);
      fill();
    });
  } finally {
    client.close();
  }
  if (durable < messages.length) throw new Error(`the stream ended after ${durable} of ${messages.length} messages`);
}
