/**
 * FlinkRuntime: functions on a cluster of Apache Flink with StateFun, behind the Runtime port. The gateway keeps what goes in and what
 * comes out (store/), the cluster keeps the state and calls the functions. Facets that Flink cannot serve are missing, with the reason.
 * Composition root of the package.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import {
  EngineError,
  type Bindings,
  type Capabilities,
  type ClusterView,
  type Egress,
  type EngineChange,
  type EngineEvent,
  type EngineHealth,
  type EngineStatus,
  type Lifecycle,
  type Messages,
  type Observer,
  type Runtime,
  type Savepoints,
  type Watch,
} from "@signalbox/runtime";
import { callFunction } from "./calls/call-function.ts";
import { answersEgress, callerOn, callsEndpoint } from "./calls/call-names.ts";
import { Deployer } from "./deploy/deployer.ts";
import { gatewayIdentity, type GatewayIdentity } from "./deploy/deployment-record.ts";
import { deadEndpoints, endpointsToAsk } from "./deploy/liveness.ts";
import { whyNotOnFlink, type IsDirect } from "./deploy/module-document.ts";
import { DesiredJob } from "./desired-job.ts";
import { lookAtCluster } from "./job-look.ts";
import { openClusterDoor, type ClusterDoor, type ClusterDoorHandler } from "./door/cluster-door.ts";
import { flinkCapabilities } from "./flink-capabilities.ts";
import { endpointsOf, functionTypesOf } from "./flink-views.ts";
import { flinkEntities } from "./flink-entities.ts";
import { EraList, flinkSavepoints } from "./flink-savepoints.ts";
import { flinkMessages } from "./flink-messages.ts";
import type { FlinkOptions } from "./flink-options.ts";
import { FunctionProxy, type ProxyAnswer } from "./proxy/function-proxy.ts";
import { SeenEntities } from "./proxy/seen-entities.ts";
import { FlinkRest } from "./rest/flink-rest.ts";
import { CallAnswers } from "./store/call-answers.ts";
import { EgressOutbox } from "./store/egress-outbox.ts";
import { openFlinkStore, type FlinkStore } from "./store/flink-store.ts";
import { Idempotency } from "./store/idempotency.ts";
import { IngressLog } from "./store/ingress-log.ts";
import { Producers } from "./store/producers.ts";
import { TakenTransactions } from "./store/taken-transactions.ts";

const forgetEveryMs = 60_000;
const seenLimits = { entitiesMax: 100_000, bytesMax: 64 * 1024 * 1024, typesMax: 10_000 };

interface Parts {
  readonly options: FlinkOptions;
  readonly store: FlinkStore;
  readonly log: IngressLog;
  readonly identity: GatewayIdentity;
  readonly transactions: TakenTransactions;
  readonly outbox: EgressOutbox;
  readonly answers: CallAnswers;
  readonly idempotency: Idempotency;
  readonly rest: FlinkRest;
  readonly end: AbortController;
  readonly listeners: Set<(change: EngineChange) => void>;
  readonly observers: Set<Observer>;
  readonly seen: SeenEntities;
  readonly capabilities: Capabilities;
  readonly isDirect: IsDirect;
}

/** Rejects with an EngineError. A cluster that is away does not keep the runtime from opening: messages are accepted and wait. */
export async function openFlinkRuntime(options: FlinkOptions): Promise<Runtime> {
  const { limits } = options;
  const store = await openFlinkStore({ folder: options.folder, pendingBytesMax: limits.ingressPendingBytesMax });
  try {
    const end = new AbortController();
    const identity = await gatewayIdentity(store, (bytes) => randomBytes(bytes).toString("hex"));
    const transactions = new TakenTransactions(store);
    const { callAnswerAgeMs: ageMs, callAnswersMax: answersMax, callWaitersMax: waitersMax } = limits;
    const parts: Parts = {
      options,
      store,
      end,
      log: await IngressLog.open(store, limits.waitingMessagesMax),
      identity,
      transactions,
      outbox: await EgressOutbox.open(store, transactions),
      answers: new CallAnswers(store, transactions, { ageMs, answersMax, waitersMax, gateway: identity.gateway, nowMs: Date.now }),
      idempotency: new Idempotency(store, { ageMs: limits.idempotencyKeyAgeMs, nowMs: Date.now }),
      rest: new FlinkRest({ ...options.cluster, signal: end.signal }),
      listeners: new Set(),
      observers: new Set(options.observer === undefined ? [] : [options.observer]),
      seen: new SeenEntities(seenLimits),
      capabilities: flinkCapabilities(!options.job.direct.includes("*")),
      isDirect: isDirectBy(options.job.direct),
    };
    return await assemble(parts);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function assemble(parts: Parts): Promise<Runtime> {
  const { options, store, log, rest, end, seen, capabilities, isDirect, identity } = parts;
  const late: { deployer?: Deployer; desired?: DesiredJob; cluster?: Omit<ClusterView, "step" | "settings"> } = {};
  const proxy = new FunctionProxy({
    call: options.call,
    seen,
    observer: { on: (event) => tell(parts, event) },
    nowMs: Date.now,
    callerOf: (call) => callerOn(identity.gateway, call),
  });
  const handler = {
    ...doorHandler(parts, () => late.deployer?.run),
    ask: async (id: string, body: Uint8Array): Promise<ProxyAnswer | undefined> => {
      if (id === callsEndpoint.id) return callFunction(body);
      const endpoint = late.desired?.endpointOf(id);
      return endpoint === undefined ? undefined : proxy.ask(endpoint, body);
    },
  };
  const door = await openClusterDoor({ ...options.door, token: identity.token, handler });
  const host = options.door.host.includes(":") ? `[${options.door.host}]` : options.door.host;
  const gatewayUrl = (options.door.url ?? `http://${host}:${door.port}`).replace(/\/$/, "");
  const deployer = new Deployer({
    rest,
    store,
    log,
    identity,
    gatewayUrl,
    ...options.job,
    isDirect,
    endCalls: door.endCalls,
    hasCalled: door.hasCalled,
    warn: options.warn,
    nowMs: () => performance.now(),
  });
  await deployer.recall();
  late.deployer = deployer;
  const desired = new DesiredJob({
    deployer,
    signal: end.signal,
    pause: (ms) => rest.pause(ms),
    nowMs: Date.now,
    check: (before, next) => checkAlive(parts, before, next),
    look: async (job) => {
      late.cluster = await lookAtCluster({ rest, job, types: typesOf(parts, desired), nowMs: Date.now() });
    },
  });
  late.desired = desired;
  const running = Promise.all([
    desired.run((error) => options.warn(`unexpected, while looking after the job on Flink: ${String(error)}`)),
    forgetNowAndThen(parts),
  ]);
  return {
    name: "flink",
    capabilities,
    ...(capabilities.entities.able ? { entities: flinkEntities(seen, capabilities) } : {}),
    ...(capabilities.watch.able ? { watch: watchOf(parts) } : {}),
    messages: messagesOf(parts, desired),
    savepoints: await savepointsOf(parts, desired),
    egress: egressOf(parts, desired),
    lifecycle: lifecycleOf(parts, { desired, door, running, proxy }),
    cluster: () => late.cluster && { ...late.cluster, step: stepOf(deployer), settings: settingsOf(parts, deployer) },
    rescale: (parallelism) => desired.rescale(parallelism),
  };
}

function messagesOf(parts: Parts, desired: DesiredJob): Messages {
  const { options, store, log, idempotency, end, capabilities, identity, answers, isDirect } = parts;
  return flinkMessages({
    log,
    answers,
    isDirect,
    idempotency,
    producers: new Producers(store),
    messageBytesMax: options.limits.messageBytesMax,
    messageHeadersBytesMax: options.limits.messageHeadersBytesMax,
    bindings: () => desired.bindings,
    stopped: () => end.signal.aborted,
    restoring: () => desired.isRestoring,
    capabilities,
    admitted: (message, position, ingress) =>
      tell(parts, {
        kind: "message-admitted",
        ingress,
        message: {
          ...message,
          sequence: position,
          origin: 0,
          trace: position,
          caller: message.wantsAnswer && callerOn(identity.gateway, { position, wish: message.wantsAnswer }),
          atMs: Date.now(),
        },
      }),
  });
}

async function savepointsOf(parts: Parts, desired: DesiredJob): Promise<Savepoints> {
  const { options, store, log, rest, end, seen } = parts;
  return flinkSavepoints({
    rest,
    store,
    desired,
    folder: join(options.folder, "..", "flink-savepoints"),
    savepointFolder: options.job.savepointFolder,
    env: options.env,
    next: () => log.next,
    types: () => typesOf(parts, desired),
    eras: await EraList.open(store),
    restored: () => {
      seen.clear();
      change(parts, { kind: "restored" });
    },
    signal: end.signal,
  });
}

function egressOf(parts: Parts, desired: DesiredJob): Egress {
  const { outbox } = parts;
  return {
    egresses: () => {
      const declared = desired.bindings.egresses;
      const ids = new Set([...declared.map(({ id }) => id), ...outbox.egresses]);
      return [...ids].map((id) => ({
        id,
        module: declared.find((spec) => spec.id === id)?.module,
        waitingRecords: outbox.waitingOf(id),
      }));
    },
    egressRecords: (query) => outbox.records(query),
    egressAcknowledge: async (egress, through) => {
      await outbox.acknowledge(egress, through);
      change(parts, { kind: "egress-records", egress });
    },
  };
}

function typesOf(parts: Parts, { bindings }: DesiredJob): string[] {
  return functionTypesOf(parts.seen, bindings).map(({ type }) => type);
}

function stepOf({ step }: Deployer): ClusterView["step"] {
  return step && { name: step.step, sinceMs: step.sinceMs };
}

function settingsOf({ options }: Parts, { parallelism }: Deployer): ClusterView["settings"] {
  const { requestsPerTaskMax, poolConnectionsMax } = options.job;
  return { parallelism, requestsPerTaskMax, poolConnectionsMax };
}

function watchOf({ observers }: Parts): Watch {
  return {
    observe: (observer) => {
      observers.add(observer);
      return () => observers.delete(observer);
    },
  };
}

/** Endpoints that Flink calls itself need not be reachable from here. */
async function checkAlive({ options, isDirect }: Parts, before: Bindings, next: Bindings): Promise<void> {
  const asked = endpointsToAsk(before.endpoints, next.endpoints).filter((endpoint) => !isDirect(endpoint));
  const [first, ...others] = await deadEndpoints(asked, options.call);
  if (first === undefined) return;
  const { id, shownUrlTemplate, urlTemplate } = first.endpoint;
  const more = others.length === 0 ? "" : `, and ${others.length} more: ${others.map(({ endpoint }) => endpoint.id).join(", ")}`;
  throw new EngineError(
    "ENDPOINT_DEAD",
    `nothing answers for ${id} at ${shownUrlTemplate ?? urlTemplate} (${first.reason})${more}`,
    "Start the functions there, or correct the URL, and apply it again. The job on Flink was not touched.",
  );
}

function isDirectBy(patterns: readonly string[]): IsDirect {
  return ({ id }) => patterns.includes("*") || patterns.includes(id);
}

function doorHandler(parts: Parts, run: () => string | undefined): Omit<ClusterDoorHandler, "ask"> {
  const { log, outbox, answers, store, options } = parts;
  const told = (checkpoint: number) => store.documentWrite("told", { run: run() ?? "", checkpoint });
  return {
    runInForce: run,
    poll: (from, countMax) => log.read(from, countMax),
    waitFor: (from, waitMs) => log.waitFor(from, waitMs),
    completed: ({ position, id }) => log.trim(position, [told(id)]),
    take: async ({ checkpoint, ...taken }) => {
      if (taken.egress === answersEgress) {
        await answers.take(taken, [told(checkpoint)]);
        return;
      }
      const count = await outbox.take({ ...taken, atMs: Date.now() }, [told(checkpoint)]);
      if (count > 0) change(parts, { kind: "egress-records", egress: taken.egress });
    },
    failed: (error, where) => options.warn(`unexpected, at ${where}: ${String(error)}`),
  };
}

interface Running {
  readonly desired: DesiredJob;
  readonly door: ClusterDoor;
  readonly running: Promise<unknown>;
  readonly proxy: FunctionProxy;
}

function lifecycleOf(parts: Parts, { desired, door, running, proxy }: Running): Lifecycle {
  const { end, store, log, rest, listeners, isDirect, options, answers } = parts;
  return {
    status: () => ({ ...statusOf(parts, desired), inFlight: proxy.inFlight }),
    endpoints: () => endpointsOf(desired.bindings),
    limits: () => [],
    functionTypes: () => functionTypesOf(parts.seen, desired.bindings),
    applyBindings: async (bindings) => {
      if (end.signal.aborted) throw new EngineError("ENGINE_STOPPED", "the gateway is stopping", "Apply it when it is back.");
      const why = bindings.endpoints
        .filter(isDirect)
        .map(whyNotOnFlink)
        .find((reason) => reason !== undefined);
      if (why !== undefined) throw new EngineError("CLUSTER_REFUSED", why, "Take it out of SIGNALBOX_FLINK_DIRECT.");
      await desired.apply(bindings);
      options.bindingsApplied(bindings.endpoints);
      tell(parts, { kind: "bindings-changed", atMs: Date.now() });
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settled: async () => {
      while (log.waiting > 0) await rest.pause(50);
    },
    stop: async () => {
      if (end.signal.aborted) return;
      // The job continues without the gateway; its source and its sink wait for the next one.
      end.abort(new Error("the gateway is stopping"));
      answers.close();
      await running;
      await desired.idle();
      await door.close();
      await store.close();
    },
  };
}

async function forgetNowAndThen({ rest, idempotency, transactions, answers, end, options }: Parts): Promise<void> {
  while (!end.signal.aborted) {
    await rest.pause(forgetEveryMs).catch(() => undefined);
    if (end.signal.aborted) return;
    await Promise.all([idempotency.forget(), transactions.forget(Date.now()), answers.forget()]).catch((error: unknown) =>
      options.warn(`old keys could not be removed: ${String(error)}`),
    );
  }
}

function tell({ observers }: Parts, event: EngineEvent): void {
  for (const observer of observers) observer.on(event);
}

function change({ listeners }: Parts, what: EngineChange): void {
  for (const listener of listeners) listener(what);
}

function statusOf({ log, store, options, end }: Parts, { bindings, problem }: DesiredJob): EngineStatus {
  return {
    health: healthOf(),
    epoch: log.next,
    durableEpoch: log.next,
    lastDurableMs: Date.now(),
    waitingMessages: log.waiting,
    parkedMessages: 0,
    waitingBytes: 0,
    inFlight: 0,
    parkedEntities: 0,
    pausedEntities: 0,
    backingOffEntities: 0,
    delayedMessages: 0,
    residentEntities: 0,
    bindings,
  };

  function healthOf(): EngineHealth {
    const { failure } = store.commits;
    if (failure !== undefined)
      return {
        kind: "stopped",
        code: failure.code,
        message: failure.message,
        cure: failure.cure,
        place: options.folder,
        sinceMs: Date.now(),
      };
    if (end.signal.aborted) return { kind: "draining" };
    return problem === undefined ? { kind: "running" } : { kind: "cluster-failed", place: options.cluster.url, ...problem };
  }
}
