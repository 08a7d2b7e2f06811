/**
 * Shown when a page itself fails to render: what happened and what to do. Code that cannot be loaded means a new build under an open tab,
 * or a gateway that does not answer; it finds out which before it says so, and the page opens by itself once the gateway is back.
 */
"use client";
import { useEffect, useState } from "react";
import { gatewayAnswers, whenGatewayAnswers } from "../../shell/gateway-answers.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { usePlacesWords } from "../../words/places/use-places-words.ts";

export default function ConsoleError({ error }: { error: Error & { digest?: string } }) {
  return error.name === "ChunkLoadError" ? <CodeMissing /> : <NotDrawn message={error.message} />;
}

function NotDrawn({ message }: { message: string }) {
  const words = usePlacesWords();
  return (
    <EmptyState title={words.notDrawn} action={<Reload />}>
      <span lang="en">{message}</span>
    </EmptyState>
  );
}

function CodeMissing() {
  const words = usePlacesWords();
  const [away, setAway] = useState<boolean | null>(null);
  useEffect(() => {
    let stop = (): void => undefined;
    let gone = false;
    const ask = async (): Promise<void> => {
      const isUp = await gatewayAnswers();
      if (gone) return;
      setAway(!isUp);
      if (!isUp) stop = whenGatewayAnswers(() => window.location.reload());
    };
    void ask();
    return () => {
      gone = true;
      stop();
    };
  }, []);
  if (away === null) return <EmptyState title={words.notLoaded}>{words.asking}</EmptyState>;
  if (away) return <EmptyState title={words.notOpened}>{words.notOpenedAbout}</EmptyState>;
  return (
    <EmptyState title={words.updated} action={<Reload />}>
      {words.updatedAbout}
    </EmptyState>
  );
}

function Reload() {
  const words = usePlacesWords();
  return (
    <Button tone="primary" onClick={() => window.location.reload()}>
      {words.reload}
    </Button>
  );
}
