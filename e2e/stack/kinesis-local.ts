/**
 * KinesisLocal: a Kinesis of its own process, in memory (kinesis-local from npm), and a client of Amazon's SDK to make, split and fill
 * streams. It answers plain HTTP on `port`, and TLS with a certificate that nobody knows on `tlsPort`.
 */
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { Child, freePorts } from "./child.ts";
import { until } from "./until.ts";

const program = createRequire(import.meta.url).resolve("kinesis-local");
const putMax = 500;
const region = "us-east-1";
const changes = ["CREATE_STREAM", "DELETE_STREAM", "SPLIT_SHARD", "MERGE_SHARDS"].map((name) => [`${name}_DURATION`, "20ms"]);

export class KinesisLocal implements AsyncDisposable {
  readonly port: number;
  readonly tlsPort: number;
  readonly client: KinesisClient;
  readonly #child: Child;
  readonly #folder: string;

  private constructor(child: Child, { port, tlsPort }: { port: number; tlsPort: number }, folder: string) {
    this.port = port;
    this.tlsPort = tlsPort;
    this.#child = child;
    this.#folder = folder;
    this.client = new KinesisClient({
      region,
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      // The default handler speaks HTTP/2, which this server does not without TLS.
      requestHandler: new NodeHttpHandler({}),
    });
  }

  static async start(): Promise<KinesisLocal> {
    const [port = 0, tlsPort = 0] = await freePorts(2);
    // The server looks for its certificate in the folder in which it is started.
    const folder = mkdtempSync(join(tmpdir(), "signalbox-kinesis-"));
    symlinkSync(join(dirname(program), "server.json"), join(folder, "server.json"));
    const env = {
      ...process.env,
      ...Object.fromEntries(changes),
      KINESIS_MOCK_PLAIN_PORT: String(port),
      KINESIS_MOCK_TLS_PORT: String(tlsPort),
      LOG_LEVEL: "ERROR",
      SHARD_LIMIT: "1000",
    };
    const child = new Child("kinesis-local", [process.execPath, program], { env, cwd: folder });
    await until(() => answers(port, child), { what: "kinesis-local to listen", timeoutMs: 60_000 });
    return new KinesisLocal(child, { port, tlsPort }, folder);
  }

  async create(stream: string, shards = 1): Promise<void> {
    await this.client.send(new CreateStreamCommand({ StreamName: stream, ShardCount: shards }));
    await this.#isActive(stream);
  }

  async delete(stream: string): Promise<void> {
    await this.client.send(new DeleteStreamCommand({ StreamName: stream }));
    const isGone = (): Promise<boolean> => this.#status(stream).then((status) => status === undefined);
    await until(isGone, { what: `${stream} to be gone` });
  }

  /** Splits the shard at the middle of its hash keys. */
  async split(stream: string, shard: string): Promise<void> {
    const { Shards = [] } = await this.client.send(new ListShardsCommand({ StreamName: stream }));
    const range = Shards.find(({ ShardId }) => ShardId === shard)?.HashKeyRange;
    const middle = (BigInt(range?.StartingHashKey ?? 0) + BigInt(range?.EndingHashKey ?? 0)) / 2n;
    await this.client.send(new SplitShardCommand({ StreamName: stream, ShardToSplit: shard, NewStartingHashKey: String(middle) }));
    await this.#isActive(stream);
  }

  /** Puts the texts in this order, and returns the sequence numbers. */
  async put(stream: string, key: string, ...texts: readonly (string | Uint8Array)[]): Promise<string[]> {
    const sequences: string[] = [];
    for (let from = 0; from < texts.length; from += putMax) {
      const records = texts.slice(from, from + putMax).map((text) => ({ PartitionKey: key, Data: Buffer.from(text) }));
      const { Records = [] } = await this.client.send(new PutRecordsCommand({ StreamName: stream, Records: records }));
      sequences.push(...Records.map(({ SequenceNumber = "" }) => SequenceNumber));
    }
    return sequences;
  }

  /** Returns the texts of all shards, one after the other. */
  async texts(stream: string): Promise<string[]> {
    const { Shards = [] } = await this.client.send(new ListShardsCommand({ StreamName: stream }));
    const texts: string[] = [];
    for (const { ShardId } of Shards) {
      const asked = { StreamName: stream, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
      const { ShardIterator } = await this.client.send(new GetShardIteratorCommand(asked));
      const { Records = [] } = await this.client.send(new GetRecordsCommand({ ShardIterator }));
      texts.push(...Records.map(({ Data = [] }) => Buffer.from(Data).toString()));
    }
    return texts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy();
    await this.#child.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #isActive(stream: string): Promise<void> {
    await until(async () => (await this.#status(stream)) === "ACTIVE", { what: `${stream} to be active` });
  }

  async #status(stream: string): Promise<string | undefined> {
    const asked = new DescribeStreamSummaryCommand({ StreamName: stream });
    const answer = await this.client.send(asked).catch(() => undefined);
    return answer?.StreamDescriptionSummary?.StreamStatus;
  }
}

function answers(port: number, child: Child): Promise<boolean> {
  child.assertRunning();
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => socket.end(() => resolve(true)));
    socket.once("error", () => resolve(false));
  });
}
