/**
 * NavigationGuard: a page that cannot be loaded never leads to the browser's error page. When a client-side navigation fails, the router
 * loads the whole page instead; that load is held here, the shell stays with what it shows, and the page opens as soon as the gateway
 * answers. Browsers without the Navigation API keep their own behaviour, except for links pressed while the live stream is known to be
 * down.
 */
"use client";
import { useEffect, useRef, useState, type ReactElement } from "react";
import { useConnection } from "../live/use-live.ts";
import { Button } from "../ui/button.tsx";
import { StatusWord } from "../ui/feedback/status-word.tsx";
import { originUrlOf } from "./base-path.ts";
import { isConsolePath } from "./console-path.ts";
import { whenGatewayAnswers } from "./gateway-answers.ts";
import { useShellWords } from "../words/shell/use-shell-words.ts";

export function NavigationGuard(): ReactElement | null {
  const words = useShellWords();
  const [held, setHeld] = useState<string | null>(null);
  const allowed = useRef<string | null>(null);
  const offline = useConnection().kind === "offline";
  const isOffline = useRef(offline);
  isOffline.current = offline;

  useEffect(() => {
    const onNavigate = (event: NavigateEvent): void => {
      const { url, sameDocument } = event.destination;
      if (sameDocument || !event.cancelable || event.navigationType === "reload" || event.downloadRequest !== null) return;
      if (url === allowed.current || !isConsolePath(url, originUrlOf(""))) return;
      event.preventDefault();
      setHeld(url);
    };
    const onClick = (event: MouseEvent): void => {
      if (!isOffline.current || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (link === null || link.target !== "" || link.hasAttribute("download") || !isConsolePath(link.href, originUrlOf(""))) return;
      event.preventDefault();
      event.stopPropagation();
      setHeld(link.href);
    };
    const { navigation } = window as { navigation?: Navigation };
    navigation?.addEventListener("navigate", onNavigate);
    document.addEventListener("click", onClick, { capture: true });
    return () => {
      navigation?.removeEventListener("navigate", onNavigate);
      document.removeEventListener("click", onClick, { capture: true });
    };
  }, []);

  useEffect(() => {
    if (held === null) return;
    return whenGatewayAnswers(() => {
      allowed.current = held;
      window.location.assign(held);
    });
  }, [held]);

  if (held === null) return null;
  const { pathname } = new URL(held);
  return (
    <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-caution-soft px-4 py-1.5">
      <StatusWord tone="caution" className="font-medium">
        {words.trouble.notOpened} <span className="font-mono">{pathname}</span>
      </StatusWord>
      <span>{words.trouble.notOpenedAbout}</span>
      <Button size="small" onClick={() => setHeld(null)}>
        {words.trouble.stay}
      </Button>
    </div>
  );
}
