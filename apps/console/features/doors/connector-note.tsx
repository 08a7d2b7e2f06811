/**
 * ConnectorNote: what an ingress or egress is doing; while it does not work, why, what helps, and when it is tried again.
 */
import type { ReactElement } from "react";
import type { ConnectorRow } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import { useToldWords } from "../../words/told/use-told-words.ts";
import { useConnectorWords } from "../../words/connector/use-connector-words.ts";
import { sentence, stateWord, timesHere, toneOf } from "./connector-words.ts";

export function ConnectorNote({ connector }: { connector: ConnectorRow }): ReactElement {
  const words = useConnectorWords();
  return (
    <>
      <StatusWord tone={toneOf(connector)}>{stateWord(connector, words)}</StatusWord>
      {connector.what === "" ? null : <CauseAndCure connector={connector} />}
      <NextTry connector={connector} />
    </>
  );
}

/** A sentence in which text between backticks is shown as code. */
export function Worded({ text }: { text: string }): ReactElement {
  const said = useToldWords().told(text);
  return (
    <span {...(said === undefined ? { lang: "en" } : {})}>
      {sentence(timesHere(said ?? text))
        .split("`")
        .map((part, place) =>
          place % 2 === 0 ? (
            part
          ) : (
            <code key={`${place} ${part}`} className="font-mono">
              {part}
            </code>
          ),
        )}
    </span>
  );
}

/** The cause and the cure, each as a sentence of its own. */
function CauseAndCure({ connector: { what, cure } }: { connector: ConnectorRow }): ReactElement {
  return (
    <span className="min-w-0 wrap-anywhere">
      <Worded text={what} />{" "}
      <span className="text-quiet">
        <Worded text={cure} />
      </span>
    </span>
  );
}

export function NextTry({ connector: { untilMs } }: { connector: ConnectorRow }): ReactElement | null {
  const words = useConnectorWords();
  if (untilMs === null) return null;
  return (
    <span className="text-quiet">
      {words.triedAgain} <Ago atMs={untilMs} />
    </span>
  );
}
