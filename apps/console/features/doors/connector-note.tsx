/** ConnectorNote: what an ingress or egress is doing; while it does not work, why, what helps, and when it is tried again. */
import type { ReactElement } from "react";
import type { ConnectorRow } from "../../trpc/views.ts";
import { StatusWord, type Tone } from "../../ui/feedback/status-word.tsx";
import { Ago } from "../../ui/text/ago.tsx";

const tones: Record<ConnectorRow["state"], Tone> = {
  opening: "message",
  running: "clear",
  waiting: "caution",
  "held-back": "caution",
  refused: "danger",
  stopped: "quiet",
};

export function ConnectorNote({ connector }: { connector: ConnectorRow }): ReactElement {
  const { state, what, cure, untilMs } = connector;
  return (
    <>
      <StatusWord tone={tones[state]}>{state === "held-back" ? "held back" : state}</StatusWord>
      {what === "" ? null : (
        <span>
          {what} <span className="text-quiet">{cure}</span>
        </span>
      )}
      {untilMs === null ? null : (
        <span className="text-quiet">
          tried again <Ago atMs={untilMs} />
        </span>
      )}
    </>
  );
}
