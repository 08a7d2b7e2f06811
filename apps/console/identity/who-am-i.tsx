/**
 * WhoAmI: who is signed in, with which role, with links to change the password and to sign out; nothing when nobody has to sign in.
 */
"use client";
import { KeyRound, LogOut } from "lucide-react";
import { useState, type ReactElement } from "react";
import { urlOf } from "../shell/base-path.ts";
import { IconButton } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { PasswordDialog } from "./password-dialog.tsx";
import { useMe } from "./use-me.ts";
import { useShellWords } from "../words/shell/use-shell-words.ts";

export function WhoAmI({ className }: { className?: string }): ReactElement | null {
  const words = useShellWords();
  const me = useMe();
  const [going, setGoing] = useState(false);
  const [changing, setChanging] = useState(false);
  if (me === undefined || !me.loginRequired || me.kind === "anonymous") return <div className={className} />;
  async function signOut(): Promise<void> {
    setGoing(true);
    await fetch(urlOf("/v1/session"), { method: "DELETE" }).catch(() => undefined);
    window.location.assign(urlOf("/login"));
  }
  return (
    <div className={cn("flex items-center gap-2 px-2.5 py-1", className)}>
      <div className="min-w-0 flex-1 leading-4">
        <p className="truncate text-[12px] font-medium" title={me.name}>
          {me.name}
        </p>
        <p className="text-[11px] text-quiet">{me.role ?? words.who.noRole}</p>
      </div>
      {me.kind === "person" ? (
        <IconButton label={words.who.password} size="small" onClick={() => setChanging(true)}>
          <KeyRound aria-hidden="true" className="size-3.5" />
        </IconButton>
      ) : null}
      <IconButton label={words.who.signOut} size="small" disabled={going} onClick={() => void signOut()}>
        <LogOut aria-hidden="true" className="size-3.5" />
      </IconButton>
      {changing ? <PasswordDialog onClose={() => setChanging(false)} /> : null}
    </div>
  );
}
