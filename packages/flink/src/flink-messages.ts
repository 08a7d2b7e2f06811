/**
 * FlinkMessages: how messages get to functions on Flink: they are made durable in the ingress log first, and Flink's source takes them from
 * there. A message is known by its position. A message is a call if its name says so (message-name.ts); what the function sends back to it
 * is in CallAnswers.
 */
import {
  callInTwo,
  callTypes,
  CapabilityMissing,
  checkId,
  EngineError,
  idCure,
  type Accepted,
  type Address,
  type Bindings,
  type Capabilities,
  type EndpointSpec,
  type IngressMessage,
  type Messages,
} from "@signalbox/runtime";
import type { IsDirect } from "./deploy/module-document.ts";
import { formatMessageName } from "./proxy/message-name.ts";
import type { CallAnswers } from "./store/call-answers.ts";
import type { Write } from "./store/commit-queue.ts";
import type { Idempotency } from "./store/idempotency.ts";
import type { IngressLog } from "./store/ingress-log.ts";
import { keys } from "./store/keys.ts";
import { frameOf } from "./store/message-frame.ts";
import type { Producers } from "./store/producers.ts";

export interface FlinkMessagesParts {
  readonly log: IngressLog;
  readonly idempotency: Idempotency;
  readonly producers: Producers;
  readonly answers: CallAnswers;
  readonly messageBytesMax: number;
  readonly messageHeadersBytesMax: number;
  readonly bindings: () => Bindings;
  readonly stopped: () => boolean;
  readonly restoring: () => boolean;
  readonly capabilities: Capabilities;
  readonly isDirect: IsDirect;
  /** Called with what was accepted, once it is durable. */
  readonly admitted: (message: IngressMessage, position: number, ingress: string) => void;
}

export function flinkMessages(parts: FlinkMessagesParts): Messages {
  const { log, producers } = parts;
  const facet: Messages = {
    accept: (message, ingress = "") => accept(parts, message, ingress),
    answer: async (messageId, options) => {
      mustAnswer(parts);
      if (parts.stopped()) throw new EngineError("ENGINE_STOPPED", "the gateway is stopping", "Ask again when it is back.");
      if (messageId >= log.next)
        throw new EngineError(
          "UNKNOWN_CALL",
          `no message has the number ${messageId}`,
          "Ask with the messageId that the call was accepted with.",
        );
      return parts.answers.answer(messageId, options);
    },
    call: (message, { waitMs }, ingress = "") => callInTwo(facet, message, { waitMs, ingress }),
    acceptBatch: async (batch, ingress = "") => {
      for (const { message } of batch.messages) check(parts, message);
      const row = await producers.follow(batch, async (fresh, beside) => {
        const messages = fresh.map(({ message }) => message);
        const bytes = messages.reduce((sum, { value }) => sum + value.bytes.length, 0);
        const first = await log.append(messages.length, bytes, (at) => [...writesOf(messages, at), beside]);
        for (const [index, message] of messages.entries()) parts.admitted(message, first + index, ingress);
      });
      return { durableSequence: row.sequence };
    },
    producerSequence: async (producer) => (await producers.durable(producer)).sequence,
    producerPosition: async (producer) => {
      const { sequence, text } = await producers.durable(producer);
      return text === undefined ? undefined : { sequence, text };
    },
  };
  return facet;
}

async function accept(parts: FlinkMessagesParts, message: IngressMessage, ingress: string): Promise<Accepted> {
  check(parts, message);
  if (message.wantsAnswer !== undefined) mustAnswer(parts, message.target);
  const append = (beside: (position: number) => Write[]): Promise<number> =>
    parts.log.append(1, message.value.bytes.length, (position) => [...writesOf([message], position), ...beside(position)]);
  const { idempotencyKey } = message;
  const { position, repeated } =
    idempotencyKey === undefined
      ? { position: await append(() => []), repeated: false }
      : await parts.idempotency.once({ ...message, idempotencyKey }, append);
  if (!repeated) parts.admitted(message, position, ingress);
  return { messageId: position, traceId: position, repeated };
}

function writesOf(messages: readonly IngressMessage[], first: number): Write[] {
  return messages.map(({ target, value, headers, wantsAnswer }, index) => {
    const position = first + index;
    const name = formatMessageName({ sequence: position, trace: position, headers }, wantsAnswer);
    return { type: "put", key: keys.message(position), value: frameOf({ target, value, name }) };
  });
}

function check(parts: FlinkMessagesParts, { target, value, headers }: IngressMessage): void {
  const { bindings, messageBytesMax, messageHeadersBytesMax, stopped, restoring } = parts;
  if (stopped()) throw new EngineError("ENGINE_STOPPED", "the gateway is stopping", "Send again when it is back.");
  if (restoring()) throw new EngineError("ENGINE_RESTORING", "a savepoint is being restored", "Send again in a moment.", 1_000);
  if (callTypes.has(target.type))
    throw new EngineError(
      "INVALID_ADDRESS",
      `${target.type} takes only what functions send back to a call`,
      "Send to a function of a module.",
    );
  const reason = checkId(target.id);
  if (reason !== undefined) throw new EngineError("INVALID_ADDRESS", reason, idCure);
  if (!isServed(bindings(), target.type))
    throw new EngineError("UNKNOWN_FUNCTION_TYPE", `no endpoint serves ${target.type}`, `Register an endpoint for ${target.type}.`);
  if (value.bytes.length > messageBytesMax)
    throw new EngineError("MESSAGE_TOO_LARGE", `the value has ${value.bytes.length} bytes, the limit is ${messageBytesMax}`, "Send less.");
  if (headers !== undefined && headers.length > messageHeadersBytesMax)
    throw new EngineError(
      "MESSAGE_TOO_LARGE",
      `the headers have ${headers.length} characters, the limit is ${messageHeadersBytesMax} bytes`,
      "Send fewer headers, or raise messageHeadersBytesMax.",
    );
}

/** The gateway tells the function who sent the call when it calls the function. */
function mustAnswer({ capabilities, bindings, isDirect }: FlinkMessagesParts, target?: Address): void {
  if (!capabilities.answers.able) throw new CapabilityMissing({ name: "flink", capabilities }, "answers");
  const endpoint = target && endpointOf(bindings(), target.type);
  if (endpoint === undefined || !isDirect(endpoint)) return;
  throw new EngineError(
    "CAPABILITY_MISSING",
    `a call of ${target?.type} has no answer: Flink calls ${endpoint.id} itself, past the gateway`,
    `Take ${endpoint.id} out of SIGNALBOX_FLINK_DIRECT, or send a message instead of a call.`,
  );
}

function isServed(bindings: Bindings, type: string): boolean {
  return endpointOf(bindings, type) !== undefined;
}

function endpointOf({ endpoints }: Bindings, type: string): EndpointSpec | undefined {
  return (
    endpoints.find(({ id }) => id === type) ?? endpoints.find(({ namespace, name }) => name === "*" && type.startsWith(`${namespace}/`))
  );
}
