/** KafkaFaults: what goes wrong between a gateway and a simulated cluster, inside the cluster, and with the gateway itself; drawn as the engine's own faults are. */
import { Swarm, faultNames, type FaultName, type Prng } from "@signalbox/engine/testing";

/** In 1000 of the occasions; the number is the highest rate that a seed may draw. */
const most = {
  // On the way to a broker and back.
  requestLost: 40,
  /** Nobody waits for it any more when it arrives, and it does what it says. */
  requestLate: 40,
  answerLost: 60,
  /** The connection breaks; what was sent arrives or not. */
  connectionCut: 60,
  waySlow: 150,
  // Inside the cluster.
  brokerBusy: 80,
  notLeader: 40,
  markersSlow: 300,
  /** A broker that died forgot one at a group; the coordinator takes the transaction for ended. */
  markerDropped: 700,
  /** On each turn of the operator. */
  leaderMoves: 300,
  nodeFalls: 150,
  // Other writers of the topic that is read.
  writerAborts: 500,
  writerStalls: 200,
  compacted: 200,
  // The gateway: before any event, between a word of a broker and what follows on it, and by the operator.
  crashAnywhere: 4,
  crashAfterAnswer: 15,
  crash: 200,
  /** Stopped as by SIGSTOP; another takes over its data; then it goes on where it was, for a while. */
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

/** Of the engine's own: what its store, its functions and its clock do. */
const engineFaults: ReadonlySet<FaultName> = new Set<FaultName>([
  ...(["storeWriteFails", "storeWriteUnsure", "storeWriteSlow", "storeScanSlow", "adoptFails", "adoptSlow", "storeHomeFails"] as const),
  ...(["savepointWriteFails", "savepointReadFails", "callSlow", "requestLost", "replyLost", "replyLate", "duplicated"] as const),
]);

export const engineFaultsOff: ReadonlySet<FaultName> = new Set(faultNames.filter((name) => !engineFaults.has(name)));
