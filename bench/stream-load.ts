/**
 * Load over the gRPC Publish stream: keeps `inFlight` messages unacknowledged; whatever room an acknowledgement opens goes out as
 * one frame. Latency is from writing a message to the acknowledgement that covers it.
 */
import { Client, credentials } from "@grpc/grpc-js";
import { PublishAck, PublishFrame, type PublishFrameProperties, toSafeNumber } from "@signalbox/proto";
import { type Load, percentiles } from "./measurement.ts";

const frameMessagesMax = 200;
const value = Buffer.alloc(32, 7);

interface Frame {
  readonly producer: string;
  readonly messages: readonly { sequence: number; type: string; id: string; valueType: string; value: Buffer }[];
}

/** The generated writer takes a number where its types ask for a Long; an object per message would cost the load generator dear. */
function encodeFrame(frame: Frame): Buffer {
  return Buffer.from(PublishFrame.encode(frame as unknown as PublishFrameProperties).finish());
}

export interface StreamLoadOptions {
  readonly inFlight: number;
  readonly seconds: number;
  readonly producer: string;
  readonly type: string;
  /** The id of the n-th message. */
  readonly id: (message: number) => string;
}

export async function streamLoad(address: string, options: StreamLoadOptions): Promise<Load> {
  const client = new Client(address, credentials.createInsecure());
  const stream = client.makeBidiStreamRequest(
    "/signalbox.v1.Ingress/Publish",
    encodeFrame,
    (bytes: Buffer) => PublishAck.decode(bytes),
    {},
  );
  const sentAtMs: number[] = [];
  const latenciesMs: number[] = [];
  const endMs = performance.now() + options.seconds * 1000;
  let acknowledged = 0;

  const fill = (): void => {
    while (sentAtMs.length - acknowledged < options.inFlight && performance.now() < endMs) {
      const room = Math.min(frameMessagesMax, options.inFlight - (sentAtMs.length - acknowledged));
      const messages = Array.from({ length: room }, () => {
        const sequence = sentAtMs.push(performance.now());
        return { sequence, type: options.type, id: options.id(sequence), valueType: "bench/value", value };
      });
      stream.write({ producer: options.producer, messages });
    }
  };

  await new Promise<void>((done, failed) => {
    stream.on("data", (ack: PublishAck) => {
      const nowMs = performance.now();
      const durable = toSafeNumber(ack.durableSequence);
      for (; acknowledged < durable; acknowledged++) latenciesMs.push(nowMs - (sentAtMs[acknowledged] ?? nowMs));
      fill();
      if (acknowledged === sentAtMs.length) stream.end();
    });
    stream.once("error", failed);
    stream.once("end", done);
    fill();
  });
  client.close();
  return { sent: acknowledged, ...percentiles(latenciesMs) };
}
