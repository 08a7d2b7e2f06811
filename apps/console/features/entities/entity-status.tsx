/**
 * EntityStatusWord and the line that says why an entity waits, for every status of the engine.
 */
"use client";
import Link from "next/link";
import type { ReactElement, ReactNode } from "react";
import { counted } from "../../format/numbers.ts";
import type { EntityDetail, EntityRow } from "../../trpc/views.ts";
import { Ago } from "../../ui/ago.tsx";
import { StatusWord, type Tone } from "../../ui/status-word.tsx";

export type EntityStatus = EntityRow["status"];

const words: Record<EntityStatus, { tone: Tone; word: string }> = {
  idle: { tone: "quiet", word: "idle" },
  loading: { tone: "message", word: "loading" },
  waiting: { tone: "caution", word: "waiting" },
  ready: { tone: "message", word: "ready" },
  "in-flight": { tone: "message", word: "in flight" },
  "backing-off": { tone: "caution", word: "backing off" },
  paused: { tone: "caution", word: "paused" },
  parked: { tone: "danger", word: "parked" },
};

export function statusWord(status: EntityStatus): string {
  return words[status].word;
}

export function EntityStatusWord({ status, className }: { status: EntityStatus; className?: string }): ReactElement {
  const { tone, word } = words[status];
  return (
    <StatusWord tone={tone} {...(className === undefined ? {} : { className })}>
      {word}
    </StatusWord>
  );
}

function Since({ atMs }: { atMs: number | null }): ReactNode {
  return atMs === null ? null : (
    <>
      , since <Ago atMs={atMs} />
    </>
  );
}

/** Why nothing happens here now, in one sentence. */
export function WhyItWaits({ entity }: { entity: EntityDetail }): ReactElement {
  const { status, endpoint, failure, attempts, sinceMs, retryAtMs, mailboxDepth } = entity;
  const at = endpoint === null ? null : <span className="font-mono">{endpoint}</span>;
  switch (status) {
    case "idle":
      return <>Nothing waits.</>;
    case "loading":
      return <>Its state is being read from disk.</>;
    case "ready":
      return <>Waits its turn; {counted(mailboxDepth, "message", "messages")} in the mailbox.</>;
    case "in-flight":
      return (
        <>
          Attempt {Math.max(1, attempts + 1)} runs at {at ?? "its endpoint"}.
        </>
      );
    case "waiting":
      if (endpoint === null) {
        return (
          <>
            No endpoint serves <span className="font-mono">{entity.address.type}</span>. Its messages are kept.{" "}
            <Link
              className="text-message hover:underline"
              href={`/functions/register?functions=${encodeURIComponent(entity.address.type)}`}
            >
              Register an endpoint
            </Link>
          </>
        );
      }
      return failure === null ? (
        <>Waits for a free call at {at}.</>
      ) : (
        <>
          Endpoint {at} is down: {failure.message}. All resumes by itself when it answers.
        </>
      );
    case "backing-off":
      return (
        <>
          {counted(attempts, "attempt", "attempts")} failed;{" "}
          {retryAtMs === null ? (
            "the next starts soon"
          ) : (
            <>
              the next starts <Ago atMs={retryAtMs} />
            </>
          )}
          .
        </>
      );
    case "paused":
      return (
        <>
          Paused by a person
          <Since atMs={sinceMs} />. Messages are kept until it is resumed.
        </>
      );
    case "parked":
      return (
        <>
          Waits for a person after {counted(attempts, "attempt", "attempts")}
          <Since atMs={sinceMs} />. Its {counted(mailboxDepth, "message", "messages")} are kept in order.
        </>
      );
  }
}
