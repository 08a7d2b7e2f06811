/**
 * Entrance: the frame of the pages before the login: the strip and the timeline in their places, empty; it holds nothing of this gateway.
 */
"use client";
import { useEffect, useState, type ReactElement, type ReactNode } from "react";
import { useEntranceWords } from "../../words/entrance/use-entrance-words.ts";

export function Entrance({ title, children }: { title: string; children: ReactNode }): ReactElement {
  const words = useEntranceWords();
  // The host is not known in the build.
  const [host, setHost] = useState("");
  useEffect(() => setHost(window.location.host), []);
  return (
    <div className="grid h-dvh grid-rows-[44px_minmax(0,1fr)_auto]">
      <header className="flex items-center gap-3 border-b border-line bg-panel px-4">
        <svg width="38" height="16" viewBox="0 0 38 16" aria-hidden="true">
          <rect x="0.5" y="0.5" width="37" height="15" rx="7.5" className="fill-raised stroke-line" />
          {[8.5, 19, 29.5].map((at) => (
            <circle key={at} cx={at} cy="8" r={2.5} className="fill-line-strong" />
          ))}
        </svg>
        <span className="font-semibold">Signalbox</span>
        <span className="text-[12px] text-quiet">{words.noLight}</span>
        <span className="min-w-0 flex-1 truncate text-[12px] text-quiet max-room:hidden">{words.notSignedIn}</span>
        <span className="ml-auto font-mono text-[12px] text-quiet">{host}</span>
      </header>
      <main className="overflow-auto">
        <div className="mx-auto flex min-h-full w-full max-w-[376px] flex-col justify-center px-4 py-10">
          <h1 className="text-[20px] font-semibold">{title}</h1>
          <p className="mt-1 mb-5 text-[13px] text-quiet">{words.at(host === "" ? words.thisGateway : host)}</p>
          {children}
        </div>
      </main>
      <footer className="border-t border-line bg-panel px-4 py-3 text-[12px] text-quiet max-room:hidden">{words.timeline}</footer>
    </div>
  );
}
