/**
 * connectKinesis: KinesisCalls over Amazon's SDK, of which this is the only importer. Each call is one request, tried once; the caller
 * decides what to repeat. It connects only to places where endpoints may be, and requests under way end when the signal is aborted.
 */
import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  ListStreamsCommand,
  PutRecordsCommand,
  type GetShardIteratorCommandInput,
  type KinesisClientConfig,
} from "@aws-sdk/client-kinesis";
import { fromIni } from "@aws-sdk/credential-provider-ini";
import { nodeHttp } from "../../listener/node-http.ts";
import type { ConnectorContext } from "../connector.ts";
import { ConnectorFailure } from "../connector-failure.ts";
import { BoundedAnswers } from "./bounded-answers.ts";
import { answered, fetchedRecords, listedShards, listedStreams, putOutcomes, shardIterator, streamSummary } from "./kinesis-answers.ts";
import type { KinesisAccess, KinesisCredentials } from "./kinesis-access.ts";
import { KinesisError } from "./kinesis-error.ts";
import { profileKeys } from "./profile-file.ts";
import { recordsPerFetchMax, type KinesisCalls, type KinesisShard, type ReadFrom, type StreamDescription } from "./kinesis-wire.ts";

export type ConnectKinesis = (access: KinesisAccess, context: Pick<ConnectorContext, "places" | "signal">) => KinesisCalls;

/** Pages of the list of shards, each with up to 1000 of them. */
const pagesMax = 100;
const nodeHttps = process.getBuiltinModule("node:https");
const silent = (): undefined => undefined;

export const connectKinesis: ConnectKinesis = ({ region, endpoint, credentials, settings }, { places, signal }) => {
  const forbidden = endpoint === undefined ? undefined : places.hostRefusal(new URL(endpoint).hostname);
  if (forbidden !== undefined)
    throw new ConnectorFailure("refused", { what: forbidden, cure: "Correct `endpoint`, or name the host in SIGNALBOX_ENDPOINT_ALLOW." });
  const { connectTimeoutMs, requestTimeoutMs, connectionsMax, verifyCertificate } = settings;
  const agentOptions = { keepAlive: true, maxSockets: connectionsMax, lookup: places.lookup };
  const logger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };
  const client = new KinesisClient({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...credentialsOf(credentials),
    maxAttempts: 1,
    logger,
    requestHandler: new BoundedAnswers(
      {
        connectionTimeout: connectTimeoutMs,
        requestTimeout: requestTimeoutMs,
        throwOnRequestTimeout: true,
        logger,
        httpAgent: new nodeHttp.Agent(agentOptions),
        httpsAgent: new nodeHttps.Agent({ ...agentOptions, rejectUnauthorized: verifyCertificate }),
      },
      { answerMsMax: requestTimeoutMs, signal },
    ),
  });
  return callsOf(client, signal);
};

function credentialsOf(credentials: KinesisCredentials): Pick<KinesisClientConfig, "credentials"> {
  switch (credentials.kind) {
    case "default":
      return {};
    case "basic":
      return { credentials: { accessKeyId: credentials.accessKeyId.reveal(), secretAccessKey: credentials.secretAccessKey.reveal() } };
    case "profile": {
      const { name, path } = credentials;
      return { credentials: path === undefined ? fromIni({ profile: name }) : () => profileKeys(path, name) };
    }
  }
}

function callsOf(client: KinesisClient, signal: AbortSignal): KinesisCalls {
  const options = { abortSignal: signal };
  return {
    identify: () => identify(client, options),
    describe: (stream) => describe(client, options, stream),
    shards: (stream) => shardsOf(client, options, stream),
    async iterator({ stream, shard }, from) {
      const command = new GetShardIteratorCommand({ StreamName: stream, ShardId: shard, ...iteratorInput(from) });
      const where = `${stream}/${shard}`;
      return answered(shardIterator, await named(where, client.send(command, options)), where).ShardIterator;
    },
    async records(iterator, { stream, shard }) {
      const command = new GetRecordsCommand({ ShardIterator: iterator, Limit: recordsPerFetchMax });
      const where = `${stream}/${shard}`;
      const { Records, NextShardIterator, MillisBehindLatest } = answered(
        fetchedRecords,
        await named(where, client.send(command, options)),
        where,
      );
      return {
        records: Records.map(({ SequenceNumber: sequence, PartitionKey: key, Data: data }) => ({ sequence, key, data })),
        // The service may also send an empty text for "no iterator".
        next: NextShardIterator || undefined,
        behindMs: MillisBehindLatest ?? 0,
      };
    },
    async put(stream, entries) {
      const Records = entries.map(({ key, hashKey, data }) => ({
        PartitionKey: key,
        Data: data,
        ...(hashKey === undefined ? {} : { ExplicitHashKey: hashKey }),
      }));
      const sent = await named(stream, client.send(new PutRecordsCommand({ StreamName: stream, Records }), options));
      const answer = answered(putOutcomes, sent, stream);
      const outcomes = answer.Records.map(({ ErrorCode, ErrorMessage }) => ({ code: ErrorCode, detail: ErrorMessage }));
      if (outcomes.length !== entries.length)
        throw new KinesisError({
          code: "UNREADABLE_ANSWER",
          where: stream,
          detail: `${outcomes.length} outcomes of ${entries.length} records`,
        });
      return outcomes;
    },
    close: () => client.destroy(),
  };
}

interface CallOptions {
  readonly abortSignal: AbortSignal;
}

async function identify(client: KinesisClient, options: CallOptions): Promise<void> {
  try {
    answered(listedStreams, await named("the service", client.send(new ListStreamsCommand({ Limit: 1 }), options)), "the service");
  } catch (error) {
    // A refusal for missing rights still shows that the credentials are known.
    if (!(error instanceof KinesisError) || error.code !== "AccessDeniedException") throw error;
  }
}

async function describe(client: KinesisClient, options: CallOptions, stream: string): Promise<StreamDescription> {
  const dates: string[] = [];
  const command = new DescribeStreamSummaryCommand({ StreamName: stream });
  command.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      dates.push(dateOf(answer.response));
      return answer;
    },
    { step: "deserialize", priority: "low", name: "serviceDate" },
  );
  const { StreamDescriptionSummary: found } = answered(streamSummary, await named(stream, client.send(command, options)), stream);
  const serviceNowMs = Date.parse(dates[0] ?? "");
  return {
    createdMs: found.StreamCreationTimestamp.getTime(),
    serviceNowMs: Number.isNaN(serviceNowMs) ? undefined : serviceNowMs,
  };
}

async function shardsOf(client: KinesisClient, options: CallOptions, stream: string): Promise<KinesisShard[]> {
  const shards: KinesisShard[] = [];
  let next: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const asked = next === undefined ? { StreamName: stream } : { NextToken: next };
    const answer = answered(listedShards, await named(stream, client.send(new ListShardsCommand(asked), options)), stream);
    for (const { ShardId: id, ParentShardId, AdjacentParentShardId, HashKeyRange } of answer.Shards)
      shards.push({
        id,
        parents: [ParentShardId, AdjacentParentShardId].filter((parent) => parent !== undefined),
        firstHash: BigInt(HashKeyRange.StartingHashKey),
        lastHash: BigInt(HashKeyRange.EndingHashKey),
      });
    next = answer.NextToken;
    if (next === undefined) return shards;
  }
  throw new KinesisError({ code: "TOO_MANY_SHARDS", where: stream, detail: `more than ${shards.length} shards` });
}

function iteratorInput(from: ReadFrom): Pick<GetShardIteratorCommandInput, "ShardIteratorType" | "StartingSequenceNumber" | "Timestamp"> {
  switch (from.kind) {
    case "oldest":
      return { ShardIteratorType: "TRIM_HORIZON" };
    case "time":
      return { ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(from.atMs) };
    case "after":
      return { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: from.sequence };
    case "at":
      return { ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: from.sequence };
  }
}

async function named<T>(where: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw kinesisErrorOf(error, where);
  }
}

/** The SDK names the service's errors in `name`, Node's in `code`; one of its own has neither. */
function kinesisErrorOf(error: unknown, where: string): KinesisError {
  if (error instanceof KinesisError) return error;
  if (!(error instanceof Error)) return new KinesisError({ code: "UNEXPECTED", where, detail: String(error) });
  const { message: detail } = error;
  if (error instanceof SyntaxError) return new KinesisError({ code: "UNREADABLE_ANSWER", where, detail: "it is no JSON" });
  if (detail === "Region is missing") return new KinesisError({ code: "REGION_MISSING", where, detail: "" });
  const ofNode = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return new KinesisError({ code: ofNode ?? error.name, where, detail });
}

function dateOf(response: unknown): string {
  if (typeof response !== "object" || response === null || !("headers" in response)) return "";
  const { headers } = response;
  return typeof headers === "object" && headers !== null && "date" in headers && typeof headers.date === "string" ? headers.date : "";
}
