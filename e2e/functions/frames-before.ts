/**
 * withFrames: a server's handler that takes one request at a time, made to take frames (docs/write-an-sdk.md): each request of a frame goes
 * to the same server by itself, and its answer is a part. So functions on an SDK without frames are called in frames in the crash test.
 */
import { Agent, request, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";

const frameType = "application/vnd.signalbox.frames";
const octets = "application/octet-stream";
const agent = new Agent({ keepAlive: true });

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

export function withFrames(handler: RequestListener, port: number): RequestListener {
  return (incoming, response) => {
    if (incoming.headers["content-type"] === frameType) {
      answerFrame(incoming, response, port).catch(() => response.destroy());
      return;
    }
    response.setHeader("x-signalbox-frames", "8");
    handler(incoming, response);
  };
}

async function answerFrame(incoming: IncomingMessage, response: ServerResponse, port: number): Promise<void> {
  const requests = requestsOf(await bytesOf(incoming));
  response.writeHead(200, { "content-type": frameType });
  await Promise.all(
    requests.map(async (bytes, index) => {
      const { status, body } = await askAlone(bytes, port);
      response.write(Buffer.concat([...[index, status, 0, body.length].map(varint), body]));
    }),
  );
  response.end();
}

function requestsOf(frame: Buffer): Buffer[] {
  const requests: Buffer[] = [];
  let at = 1;
  while (at < frame.length) {
    let length = 0;
    let byte = 0x80;
    for (let scale = 1; byte >= 0x80; scale *= 0x80) {
      byte = frame[at++] ?? 0;
      length += (byte & 0x7f) * scale;
    }
    requests.push(frame.subarray(at, at + length));
    at += length;
  }
  return requests;
}

async function askAlone(bytes: Buffer, port: number): Promise<Answer> {
  const answer = await new Promise<IncomingMessage>((done, failed) => {
    const asked = request({ port, host: "127.0.0.1", method: "POST", agent, headers: { "content-type": octets } }, done);
    asked.on("error", failed);
    asked.end(bytes);
  });
  return { status: answer.statusCode ?? 500, body: await bytesOf(answer) };
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
