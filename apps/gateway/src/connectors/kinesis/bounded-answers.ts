/**
 * BoundedAnswers: the SDK's way over HTTP, with a bound on how large an answer is and how long it takes until its end. The SDK gathers
 * whatever comes, and its time limits end with the answer's head. Neighbour: kinesis-client.ts.
 */
import { pipeline, Readable, Transform } from "node:stream";
import { NodeHttpHandler } from "@smithy/node-http-handler";

type Sent = Parameters<NodeHttpHandler["handle"]>;
type Answered = Awaited<ReturnType<NodeHttpHandler["handle"]>>;

/** The largest that the service gives are 10 MB of records, a third more as base64, each with its names. */
const answerBytesMax = 32 * 1024 * 1024;

interface AnswerBounds {
  readonly answerMsMax: number;
  readonly signal: AbortSignal;
}

export class BoundedAnswers extends NodeHttpHandler {
  readonly #bounds: AnswerBounds;

  constructor(options: ConstructorParameters<typeof NodeHttpHandler>[0], bounds: AnswerBounds) {
    super(options);
    this.#bounds = bounds;
  }

  override async handle(...sent: Sent): Promise<Answered> {
    const answered = await super.handle(...sent);
    const { response } = answered;
    const body: unknown = response.body;
    if (body instanceof Readable) response.body = bounded(body, this.#bounds);
    return answered;
  }
}

function bounded(body: Readable, { answerMsMax, signal }: AnswerBounds): Readable {
  let bytes = 0;
  const counting = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      if (bytes > answerBytesMax) done(failure("ANSWER_TOO_LARGE", `the answer is larger than ${answerBytesMax} bytes`));
      else done(null, chunk);
    },
  });
  const late = AbortSignal.timeout(answerMsMax);
  const end = (): void => void counting.destroy(failure("TimeoutError", `the answer did not end within ${answerMsMax} ms`));
  late.addEventListener("abort", end, { once: true });
  const stop = (): void => void counting.destroy(failure("AbortError", "the connector ends"));
  signal.addEventListener("abort", stop, { once: true });
  // What fails on either side ends both; the SDK hears it from what it reads.
  pipeline(body, counting, () => {
    late.removeEventListener("abort", end);
    signal.removeEventListener("abort", stop);
  });
  return counting;
}

function failure(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
