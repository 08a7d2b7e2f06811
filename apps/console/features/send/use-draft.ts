/**
 * useDraft: the message being composed. The address and value type are in the URL, so that any page can lead here with them filled in; the
 * body only begins there (it may be long) and is then kept by the page.
 */
"use client";
import { parseAsString, useQueryStates } from "nuqs";
import { useState } from "react";
import { bodyFrom, STRING_TYPE, type Draft } from "./message-body.ts";

export function useDraft(): { draft: Draft; change: (change: Partial<Draft>) => void } {
  const [url, setUrl] = useQueryStates(
    {
      type: parseAsString.withDefault(""),
      id: parseAsString.withDefault(""),
      as: parseAsString.withDefault(STRING_TYPE),
      body: parseAsString,
      base64: parseAsString,
    },
    { history: "replace" },
  );
  const [rest, setRest] = useState<Pick<Draft, "body" | "raw" | "count">>({
    body: url.base64 ?? bodyFrom(url.as, url.body ?? ""),
    raw: url.base64 !== null,
    count: 1,
  });

  function change({ type, id, valueType, ...others }: Partial<Draft>): void {
    if (type !== undefined || id !== undefined || valueType !== undefined) {
      void setUrl({
        ...(type === undefined ? {} : { type }),
        ...(id === undefined ? {} : { id }),
        ...(valueType === undefined ? {} : { as: valueType }),
      });
    }
    if (others.body !== undefined && (url.body !== null || url.base64 !== null)) void setUrl({ body: null, base64: null });
    setRest((before) => ({ ...before, ...others }));
  }

  return { draft: { type: url.type, id: url.id, valueType: url.as, ...rest }, change };
}
