/**
 * McpGaps: why assistants have no tool for an operation. They read evidence, and with a token that says so they act on entities; what is declared, and
 * who may do what, is decided by people. Neighbour: doors.ts has the gaps of the other surfaces, doors.test.ts wants a reason for each.
 */
const page = "the state of a page of the console";
const declared = "what is declared is changed by people, who see what it would change";
const people = "who may do what is decided by people";
const sameWithMore = "another tool gives the same, with more in it";
const bytes = "a tool answers with text, and this gives bytes";

const whole = "it is everybody's state at once: a person carries it away, and no assistant reads it";

export const mcpGaps: Readonly<Record<string, string>> = {
  "live.stream": "a tool answers once",
  "overview.pulse": "the old name of overview.summary",
  "overview.timeline": page,
  "flow.graph": "types, endpoints and connectors say it without the picture",
  "flow.past": page,
  "functions.counts": sameWithMore,
  "functions.processes": "endpoints and their breakers say whether functions answer; lines and instances are read by people",
  "functions.output": "what a process wrote may hold anything, secrets too",
  "functions.check": "it makes the gateway connect somewhere",
  "functions.try": "it runs code",
  "functions.register": declared,
  "modules.preview": declared,
  "modules.put": declared,
  "modules.remove": declared,
  "modules.rollback": declared,
  "modules.schema": "it is as large as the context of many assistants",
  "doors.egress": "sql reads the table egress",
  "doors.records": bytes,
  "doors.acknowledge": "what is taken from an egress is gone for the program that fetches it",
  "doors.retry": "connectors try again by themselves; before that is a person's haste",
  "doors.stop": declared,
  "doors.start": declared,
  "doors.check": "it makes the gateway connect somewhere",
  "doors.seekPlan": declared,
  "doors.seek": declared,
  "entities.types": sameWithMore,
  "entities.read": bytes,
  "savepoints.get": sameWithMore,
  "savepoints.file": bytes,
  "savepoints.upload": bytes,
  "savepoints.restoring": page,
  "savepoints.eras": "entities and traces say where a restore lies before them",
  "savepoints.restore": "a person types the savepoint's name for it",
  "savepoints.remove": "what is removed cannot be restored any more",
  "bootstrap.files": page,
  "moves.folders": page,
  "moves.running": page,
  "moves.toFlink": whole,
  "moves.toEmbedded": whole,
  "moves.cancel": "a move is cancelled by the person who watches it",
  "backups.list": whole,
  "backups.take": whole,
  "backups.file": whole,
  "backups.remove": whole,
  "bootstrap.running": page,
  "bootstrap.run": declared,
  "bootstrap.upload": bytes,
  "bootstrap.remove": declared,
  "runtime.capabilities": page,
  "send.many": "load is made by people who watch it",
  "send.saved": page,
  "send.save": page,
  "send.forget": page,
  "calls.call": "send_message, then trace: a call would hold the assistant",
  "calls.answer": "send_message, then trace: a call would hold the assistant",
  "schedules.get": "connectors say when it runs next",
  "schedules.list": "connectors say when it runs next",
  "schedules.act": declared,
  "descriptors.list": "values come decoded",
  "descriptors.upload": declared,
  "descriptors.remove": declared,
  "demo.status": page,
  "demo.start": page,
  "demo.stop": page,
  "audit.list": "who did what is read by people",
  "audit.verify": "who did what is read by people",
  "audit.export": "who did what is read by people",
  "messages.accept": "send_message sends one",
  "messages.publish": "load is made by programs",
};

/** Nouns of which none has a tool. */
export const mcpGapsOfNouns: Readonly<Record<string, string>> = { people, sessions: people, tokens: people };
