/**
 * StoryDraft: the message that began a trace, in the form for Send and curl. Pure.
 */
import type { MessageView, TraceDetail } from "../../trpc/views.ts";
import { bodyFrom, type Draft } from "../send/message-body.ts";

/** Returns the message that came from outside; undefined when the journal no longer has it. */
export function firstMessage({ trace, records }: Pick<TraceDetail, "trace" | "records">): MessageView | undefined {
  for (const record of records) for (const message of record.messages) if (message.sequence === trace) return message;
  return undefined;
}

/** Returns undefined when only its size was kept. */
export function draftOf({ target, value }: Pick<MessageView, "target" | "value">): Draft | undefined {
  if (value.as === "absent") return undefined;
  const raw = value.as === "bytes";
  return {
    type: target.type,
    id: target.id,
    valueType: value.typename,
    body: raw ? value.base64 : bodyFrom(value.typename, value.text),
    raw,
    count: 1,
  };
}
