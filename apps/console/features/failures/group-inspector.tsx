/** One cause: what failed, what to do, the acts on all, and the first entities with their own failure and head message. */
"use client";
import Link from "next/link";
import { counted, grouped } from "../../format/numbers.ts";
import { exact, relative } from "../../format/times.ts";
import { useSeconds } from "../../live/use-seconds.ts";
import { Inspector } from "../../shell/inspector.tsx";
import { entityHref, tailHref } from "../../shell/navigation.ts";
import type { EntityDetail, FailureGroup } from "../../trpc/views.ts";
import { ValueView } from "../../values/value-view.tsx";
import { EntityActions } from "../entities/entity-actions.tsx";
import { FailureBlock } from "../invocation/record-view.tsx";
import { WaitLine, WaitSentence } from "../waiting/why-it-waits.tsx";
import { GroupActions } from "./group-actions.tsx";

export interface GroupInspectorProps {
  group: FailureGroup;
  groups: readonly FailureGroup[];
  onClose: () => void;
}

export function GroupInspector({ group, groups, onClose }: GroupInspectorProps) {
  const failure = group.sample[0]?.failure;
  return (
    <Inspector
      title={<span className="font-mono">{group.code}</span>}
      note={
        <>
          {group.waitingMessages === null
            ? `${counted(group.entities, "entity", "entities")} of `
            : `${counted(group.waitingMessages, "message waits", "messages wait")} for `}
          <span className="font-mono">{group.type}</span>
        </>
      }
      actions={
        <Link
          href={tailHref({ type: group.type.replace("*", ""), is: "failed" })}
          className="shrink-0 rounded px-1 py-0.5 text-[12px] text-message hover:underline"
        >
          In the flow
        </Link>
      }
      onClose={onClose}
    >
      <FailureBlock failure={{ code: group.code, scope: "entity", message: group.message, cure: group.cure, raw: failure?.raw ?? null }} />
      <div className="border-b border-line px-4 py-3">
        {group.sample[0] === undefined || group.status === "parked" ? null : (
          <div className="mb-3 text-[13px]">
            <WaitLine of={group.sample[0]} />
          </div>
        )}
        {group.status === "waiting" ? <WaitingGroup group={group} /> : <GroupActions group={group} groups={groups} />}
      </div>
      <ul>
        {group.sample.map((entity) => (
          <SampleEntity key={entity.address.id} entity={entity} />
        ))}
      </ul>
      {group.entities > group.sample.length ? (
        <p className="px-4 py-3 text-quiet">and {grouped(group.entities - group.sample.length)} more like these.</p>
      ) : null}
    </Inspector>
  );
}

/** A breaker that these entities opened themselves does not close by waiting: each has its own lever below. */
function WaitingGroup({ group }: { group: FailureGroup }) {
  const reason = group.sample[0]?.waitReason;
  const opened = (reason?.kind === "breaker-open" || reason?.kind === "probing") && reason.failure?.scope !== "down" ? reason.openedBy : [];
  const own = opened.filter((one) => group.sample.some(({ address }) => address.type === one.type && address.id === one.id));
  return (
    <p className="text-quiet">
      {own.length > 0
        ? `${own.length === 1 ? "One of these entities" : `${own.length} of these entities`} opened the breaker. If the others of this endpoint run, the message is the trouble: pause the entity, then edit or discard its first message. If nothing of it runs, mend the endpoint.`
        : "They wait without losing attempts and go on by themselves once the endpoint answers."}
    </p>
  );
}

function SampleEntity({ entity }: { entity: EntityDetail }) {
  const nowMs = useSeconds();
  const head = entity.mailbox[0];
  return (
    <li className="border-b border-line px-4 py-2.5">
      <details>
        <summary className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className="min-w-0 font-mono text-[12px] break-all">
            <span className="text-quiet">{entity.address.type}/</span>
            <span className="font-semibold">{entity.address.id}</span>
          </span>
          <span className="text-[12px] text-quiet">
            {counted(entity.attempts, "attempt", "attempts")}
            {entity.sinceMs === null ? null : (
              <span title={exact(entity.sinceMs)}>, {relative(entity.sinceMs, Math.max(nowMs, entity.sinceMs))}</span>
            )}
          </span>
        </summary>
        <div className="mt-2 flex flex-col gap-2">
          <p className="text-[12px] break-words text-quiet">
            <WaitSentence of={entity} />
          </p>
          {head === undefined ? null : <ValueView value={head.value} title={`head of ${grouped(entity.mailboxDepth)}`} />}
          <EntityActions entity={entity} compact />
          <Link href={entityHref(entity.address)} className="self-start text-[12px] text-message hover:underline">
            Open entity
          </Link>
        </div>
      </details>
    </li>
  );
}
