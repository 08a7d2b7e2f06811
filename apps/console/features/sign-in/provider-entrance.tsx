/** ProviderEntrance: the way in by the identity provider, and why the last try by it let nobody in. Neighbour: sign-in-page.tsx shows it above the password. */
"use client";
import { useEffect, useState, type ReactElement } from "react";
import { urlOf } from "../../shell/base-path.ts";
import { Button } from "../../ui/button.tsx";
import { nextPath } from "./post-json.ts";
import { useProvider } from "./use-provider.ts";

const words: Readonly<Record<string, string>> = {
  PROVIDER_REFUSED: "The identity provider vouches for nobody, or you are kept out here. An admin finds the reason in the audit.",
  PROVIDER_UNREACHABLE: "The identity provider does not answer. A password works meanwhile.",
  LOGIN_NOT_PRIVATE: "This connection can be read on the way, so nobody is signed in by it. Open this page by https.",
};

export function ProviderEntrance(): ReactElement | null {
  const provider = useProvider();
  const [search, setSearch] = useState("");
  useEffect(() => setSearch(window.location.search), []);
  const asked = new URLSearchParams(search);
  const refused = asked.get("refused");
  if (provider === null && refused === null) return null;
  return (
    <div className="mb-5 flex flex-col gap-3 border-b border-line pb-5">
      {provider === null ? null : (
        <Button asChild tone="primary" className="self-start">
          <a href={urlOf(`/v1/session/provider?next=${encodeURIComponent(nextPath(search))}`)}>Sign in with {provider}</a>
        </Button>
      )}
      {refused === null ? null : (
        <p role="alert" className="text-[13px] text-danger">
          {words[refused] ?? "That let nobody in."}
        </p>
      )}
    </div>
  );
}
