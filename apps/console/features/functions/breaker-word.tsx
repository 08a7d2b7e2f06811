/** BreakerWord: whether an endpoint is called: closed (calls pass), open (it waits), probing (one call tries). */
import type { ReactElement } from "react";
import type { EndpointRow } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";

export function BreakerWord({
  breaker,
  noEndpoint = "no endpoint",
}: {
  breaker: EndpointRow["breaker"] | null;
  noEndpoint?: string;
}): ReactElement {
  switch (breaker) {
    case null:
      return <StatusWord tone="caution">{noEndpoint}</StatusWord>;
    case "closed":
      return <StatusWord tone="clear">answering</StatusWord>;
    case "probing":
      return <StatusWord tone="caution">probing</StatusWord>;
    case "open":
      return <StatusWord tone="danger">breaker open</StatusWord>;
  }
}
