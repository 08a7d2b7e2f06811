/**
 * When a page itself fails to draw: what happened and the way on. Code that cannot be loaded means a new build under an open tab, or a gateway
 * that does not answer: which of the two is asked before it is said, and the page opens by itself once the gateway is back.
 */
"use client";
import { useEffect, useState } from "react";
import { gatewayAnswers, whenGatewayAnswers } from "../../shell/gateway-answers.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";

export default function ConsoleError({ error }: { error: Error & { digest?: string } }) {
  return error.name === "ChunkLoadError" ? <CodeMissing /> : <NotDrawn message={error.message} />;
}

function NotDrawn({ message }: { message: string }) {
  return (
    <EmptyState title="This page could not be drawn" action={<Reload />}>
      {message}
    </EmptyState>
  );
}

function CodeMissing() {
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
  if (away === null) return <EmptyState title="This page could not be loaded">Asking whether the gateway answers.</EmptyState>;
  if (away)
    return (
      <EmptyState title="Not opened yet">
        The gateway does not answer, so this page could not be loaded. It opens as soon as the gateway does; the other parts stay as they
        were.
      </EmptyState>
    );
  return (
    <EmptyState title="The console was updated" action={<Reload />}>
      This tab holds an older version. Reload to get the new one; the view is in the URL and comes back.
    </EmptyState>
  );
}

function Reload() {
  return (
    <Button tone="primary" onClick={() => window.location.reload()}>
      Reload
    </Button>
  );
}
