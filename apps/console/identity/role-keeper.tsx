/**
 * RoleKeeper: nothing that is shown outlives the role for which it was shown. When the person may do less than before (an admin took a
 * role, somebody else signed in), everything that was read is forgotten and the page below is mounted again: dialogs close, and with them
 * what was unmasked; what may still be seen is read again. RoleTakenNote says so. Neighbours: live/live-provider.tsx and
 * trpc/query-client.ts ask who the person is when a stream ends or an action is refused; taken-role.ts compares, taken-note.tsx has the
 * words.
 */
"use client";
import { matchQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, Fragment, lazy, Suspense, use, useLayoutEffect, useRef, useState, type ReactElement, type ReactNode } from "react";
import { ofMe } from "../trpc/query-client.ts";
import { isTaken, type Held } from "./taken-role.ts";
import { useMe } from "./use-me.ts";

interface Taken {
  readonly before: Held;
  readonly now: Held;
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
  // This runs before anything is painted with the new roles beside what the old ones brought.
  useLayoutEffect(() => {
    if (me === undefined) return;
    const before = held.current;
    held.current = me;
    if (before === undefined || !isTaken(before, me)) return;
    queryClient.removeQueries({ predicate: (query) => !matchQuery(ofMe, query) });
    queryClient.getMutationCache().clear();
    setBeginnings((count) => count + 1);
    setTaken({ before, now: me });
  }, [me, queryClient]);
  return (
    <KeptContext value={{ taken, dismiss: () => setTaken(null) }}>
      <Fragment key={beginnings}>{children}</Fragment>
    </KeptContext>
  );
}

/** Loaded when it is needed, because most people never see one. */
const TakenNote = lazy(async () => ({ default: (await import("./taken-note.tsx")).TakenNote }));

export function RoleTakenNote(): ReactElement | null {
  const { taken, dismiss } = use(KeptContext);
  if (taken === null) return null;
  return (
    <Suspense>
      <TakenNote {...taken} onDismiss={dismiss} />
    </Suspense>
  );
}
