/** The texts of why something waits. Neighbours: de.ts, use-waiting-words.ts. */
import { counted, grouped } from "../../format/numbers.ts";

export const en = {
  /** What the gateway says of a failure, by its code. */
  means: (_code: string, told: string) => told,
  nothing: "Nothing waits.",
  resumed: "Resumed",
  triedAgain: "Tried again",
  next: "It is next",
  behind: (ahead: number, atLeast: boolean) =>
    `Behind ${atLeast ? "at least " : ""}${counted(ahead, "entity of its type", "entities of its type")}`,
  turn: (before: string, endpoint: string, calls: { inFlight: number; limit: number }) =>
    `${before}: ${grouped(calls.inFlight)} of the ${counted(calls.limit, "call", "calls")} that ${endpoint} may have at once are under way.`,
  attempt: (attempt: number, endpoint: string, what: { messages: number; since: string }) =>
    `Attempt ${attempt} runs at ${endpoint} with ${counted(what.messages, "message", "messages")}, ${what.since}.`,
  loading: "Its state or its messages are being read from disk.",
  onDisk: (messages: number, type: string) =>
    `What waits for it is on disk until its turn comes, as are ${counted(messages, "message", "messages")} of ${type}.`,
  notDurable: "Its messages are not on disk yet, and its endpoint wants only what is.",
  diskBehind: (pending: string) =>
    `The disk takes less than the functions write: ${pending} are on their way to it, and nothing is sent until an epoch is there.`,
  firstReply: (endpoint: string) => `The first call of its type runs at ${endpoint}: the reply tells which states the function has.`,
  noEndpoint: (type: string) => `No endpoint serves ${type}. Its messages are kept.`,
  draining: "The gateway is stopping: it goes on after the next start.",
  unclear: (why: string) => ` Whether its first message fits the condition cannot be told: ${why}.`,
  breakpoint: (by: string, since: string, end: { why: string; soon: string; at: string }) =>
    `Held at the breakpoint that ${by} set, ${since}.${end.why} It goes on by itself ${end.soon}, at ${end.at}.`,
  heldBack: (by: string, messages: number, most: number) =>
    `Held back because ${by} is full: ${counted(messages, "message", "messages")} for it wait on disk, so ${counted(most, "call", "calls")} of this type may run at once until these are done.`,
  failed: (attempt: number, because: string, next: { soon: string; at: string }) =>
    `Attempt ${attempt} failed${because}. The next starts ${next.soon}, at ${next.at}.`,
  suspected: (endpoint: string, deaths: number, alone: boolean) =>
    `It was in flight when the process at ${endpoint} died, ${counted(deaths, "time", "times")}: it is tried ${alone ? "with nothing else in flight" : "with no other such one in flight"}.`,
  trial: (entity: string, endpoint: string) =>
    `${entity} may kill the process at ${endpoint} and is tried alone; all others go on after that call.`,
  paused: (age: string, end: string) => `Paused by a person ${age}, ${end}`,
  pauseEnds: (end: string) => `${end}. Its messages are kept in order.`,
  parked: (attempts: number, age: string, because: string) =>
    `Parked after ${counted(attempts, "attempt", "attempts")}, ${age}${because}. It waits for a person; its messages are kept in order.`,
  limitRate: (limit: string, rate: { count: number; per: "second" | "hour" }, which: { whose: string; soon: string }) =>
    `The limit ${limit} lets ${rate.count === 1 ? "one message" : `${grouped(rate.count)} messages`} ${rate.per === "hour" ? "an hour" : "a second"}${which.whose} start: the next may ${which.soon}.`,
  limitCalls: (limit: string, most: number, which: { whose: string; inFlight: number }) =>
    `The limit ${limit} lets ${counted(most, "call", "calls")}${which.whose} run at once, and ${which.inFlight === 1 ? "one runs" : `${grouped(which.inFlight)} run`}.`,
  whose: (key: string) => ` for ${key}`,
  theEndpoint: (functions: string) => `The endpoint ${functions}`,
  typePaused: (what: string, by: string, when: { since: string; end: string }) => `${what} is paused by ${by}, ${when.since}, ${when.end}`,
  untilResumed: "until somebody resumes it",
  goesOn: (left: string) => `and goes on by itself in ${left}`,
  asleep: (endpoint: string, at: string) => `${endpoint} is scaled to zero; it is being woken since ${at}, and then this goes on.`,
  ownAlone: ", opened by its own calls alone",
  ownAnd: (others: string) => `, opened by its own calls and those of ${others}`,
  byOthers: ", opened by calls of others",
  byListed: (others: string) => `, opened by calls of ${others}`,
  probed: (soon: string) => `Probed ${soon}`,
  probingFirst: "Probing now with the first call that can be sent",
  probingWith: (entity: string) => `Probing now with the call of ${entity}`,
  thisEntity: "this entity",
  isDown: (endpoint: string) => `${endpoint} is down`,
  isOpen: (endpoint: string) => `The breaker of ${endpoint} is open`,
  outage: (what: string, because: string, next: string) => `${what}${because}. ${next}; any answer of the function lets all go on.`,
  now: "now",
  since: (at: string, age: string) => `since ${at}, ${age}`,
  andMore: (named: string, more: number) => `${named} and ${grouped(more)} more`,
  words: {
    turn: "its turn",
    inFlight: "in flight",
    loading: "loading",
    onDisk: "on disk",
    toDisk: "to disk",
    diskBehind: "disk behind",
    firstCall: "first call",
    noEndpoint: "no endpoint",
    stopping: "stopping",
    breakpoint: "breakpoint",
    heldBack: "held back",
    backingOff: "backing off",
    triedAlone: "tried alone",
    trial: "held for a trial",
    paused: "paused",
    parked: "parked",
    limit: "limit",
    asleep: "asleep",
    probing: "probing",
    down: "endpoint down",
    open: "breaker open",
  },
  levers: {
    register: "Register an endpoint",
    release: "Step or release",
    retry: "Retry now",
    resume: "Resume",
    limit: "Look at the limit",
    paused: "Look at what is paused",
    endpoint: "Look at the endpoint",
    open: (id: string) => `Open ${id}`,
  },
};

export type WaitingWords = typeof en;
