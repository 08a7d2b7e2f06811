/**
 * RoleKeeper: nothing that is shown outlives the role that it was shown for. When whoever looks may less than before (an admin took a role, somebody else signed in),
 * everything that was read is forgotten and the page below begins anew: dialogs close, and with them what was masked and shown; what may still be seen is read again.
 * RoleTakenNote says so. Neighbours: live/live-provider.tsx and trpc/query-client.ts ask who looks when a stream ends or an act is refused; taken-role.ts compares.
 */
"use client";
import { matchQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, Fragment, use, useLayoutEffect, useRef, useState, type ReactElement, type ReactNode } from "react";
import { ofMe } from "../trpc/query-client.ts";
import { Button } from "../ui/button.tsx";
import { StatusWord } from "../ui/feedback/status-word.tsx";
import { grantsText } from "./grants-text.ts";
import { isOther, isTaken, type Held } from "./taken-role.ts";
import { useMe } from "./use-me.ts";

interface Taken {
  readonly title: string;
  readonly text: string;
}

interface Kept {
  readonly taken: Taken | null;
  readonly dismiss: () => void;
}

const KeptContext = createContext<Kept>({ taken: null, dismiss: () => undefined });

export function RoleKeeper({ children }: { children: ReactNode }): ReactElement {
  const me = useMe();
  const queryClient = useQueryClient();
  const held = useRef<Held | undefined>(undefined);
  const [beginnings, setBeginnings] = useState(0);
  const [taken, setTaken] = useState<Taken | null>(null);
  // Before anything is painted with the new roles beside what the old ones brought.
  useLayoutEffect(() => {
    if (me === undefined) return;
    const before = held.current;
    held.current = me;
    if (before === undefined || !isTaken(before, me)) return;
    queryClient.removeQueries({ predicate: (query) => !matchQuery(ofMe, query) });
    queryClient.getMutationCache().clear();
    setBeginnings((count) => count + 1);
    setTaken(takenOf(before, me));
  }, [me, queryClient]);
  return (
    <KeptContext value={{ taken, dismiss: () => setTaken(null) }}>
      <Fragment key={beginnings}>{children}</Fragment>
    </KeptContext>
  );
}

function takenOf(before: Held, now: Held): Taken {
  return {
    title: isOther(before, now) ? `You are ${now.name} now` : "Your roles were changed",
    text: `${rolesText(now)} What was open here is closed, and what was not done yet is not done.`,
  };
}

function rolesText({ grants }: Held): string {
  return grants.length === 0 ? "You have no role any more." : `Your roles: ${grantsText(grants)}.`;
}

export function RoleTakenNote(): ReactElement | null {
  const { taken, dismiss } = use(KeptContext);
  if (taken === null) return null;
  return (
    <div role="alert" className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-b border-line bg-caution-soft px-4 py-1.5">
      <StatusWord tone="caution" className="font-medium">
        {taken.title}
      </StatusWord>
      <span>{taken.text}</span>
      <Button size="small" onClick={dismiss}>
        Understood
      </Button>
    </div>
  );
}
