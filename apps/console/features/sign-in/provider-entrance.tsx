/**
 * ProviderEntrance: signs in by the identity provider, and says why the last try with it failed. Neighbour: sign-in-page.tsx shows it above
 * the password.
 */
"use client";
import { useEffect, useState, type ReactElement } from "react";
import { urlOf } from "../../shell/base-path.ts";
import { Button } from "../../ui/button.tsx";
import { nextPath } from "./post-json.ts";
import { useProvider } from "./use-provider.ts";
import { useEntranceWords } from "../../words/entrance/use-entrance-words.ts";

export function ProviderEntrance(): ReactElement | null {
  const words = useEntranceWords();
  const provider = useProvider();
  const [search, setSearch] = useState("");
  useEffect(() => setSearch(window.location.search), []);
  const asked = new URLSearchParams(search);
  const refused = asked.get("refused");
  const refusals: Readonly<Record<string, string>> = words.refusals;
  if (provider === null && refused === null) return null;
  return (
    <div className="mb-5 flex flex-col gap-3 border-b border-line pb-5">
      {provider === null ? null : (
        <Button asChild tone="primary" className="self-start">
          <a href={urlOf(`/v1/session/provider?next=${encodeURIComponent(nextPath(search))}`)}>{words.signInWith(provider)}</a>
        </Button>
      )}
      {refused === null ? null : (
        <p role="alert" className="text-[13px] text-danger">
          {refusals[refused] ?? words.nobodyIn}
        </p>
      )}
    </div>
  );
}
