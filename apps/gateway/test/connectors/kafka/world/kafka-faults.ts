/** KafkaFaults: what goes wrong between a gateway and a simulated cluster, inside the cluster, and with the gateway itself; drawn as the engine's own faults are. */
import { Swarm, faultNames, type FaultName, type Prng } from "@signalbox/engine/testing";

/** Each number is the highest rate, in 1000 of the occasions, that a seed may draw. */
const most = {
  // Between gateway and broker.
  requestLost: 40,
  /** The request arrives when nobody waits for it any more, and still takes effect. */
  requestLate: 40,
  answerLost: 60,
  /** The connection breaks; what was sent may arrive or not. */
  connectionCut: 60,
  waySlow: 150,
  // Inside the cluster.
  brokerBusy: 80,
  notLeader: 40,
  markersSlow: 300,
  /** A broker that died lost the marker for a group, and the coordinator believes that the transaction has ended. */
  markerDropped: 700,
  /** The chance in each turn of the operator. */
  leaderMoves: 300,
  nodeFalls: 150,
  // Other writers of the topic that is read.
  writerAborts: 500,
  writerStalls: 200,
  compacted: 200,
  // The gateway dies: before any event, between a broker's answer and what follows it, or by the operator.
  crashAnywhere: 4,
  crashAfterAnswer: 15,
  crash: 200,
  /** The gateway is stopped as by SIGSTOP, another one takes over its data, and then it goes on for a while. */
  sleeps: 150,
  sleepsAfterAnswer: 30,
  savepoint: 700,
  restore: 500,
  reopen: 100,
} as const;

export type KafkaFaultName = keyof typeof most;
export const kafkaFaultNames = Object.keys(most).filter((name): name is KafkaFaultName => name in most);

export function kafkaFaults(rng: Prng, off: ReadonlySet<KafkaFaultName> = new Set()): Swarm<KafkaFaultName> {
  return new Swarm(kafkaFaultNames, most, { rng, off });
}

/** Faults of the engine's own worlds: what its store, its functions and its clock do. */
const engineFaults: ReadonlySet<FaultName> = new Set<FaultName>([
  ...(["storeWriteFails", "storeWriteUnsure", "storeWriteSlow", "storeScanSlow", "adoptFails", "adoptSlow", "storeHomeFails"] as const),
  ...(["savepointWriteFails", "savepointReadFails", "callSlow", "requestLost", "replyLost", "replyLate", "duplicated"] as const),
]);

export const engineFaultsOff: ReadonlySet<FaultName> = new Set(faultNames.filter((name) => !engineFaults.has(name)));
