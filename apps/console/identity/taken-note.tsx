/** TakenNote: what a person is told whose roles were taken while the page was open, with those that are left. Neighbour: role-keeper.tsx. */
"use client";
import type { ReactElement } from "react";
import { Button } from "../ui/button.tsx";
import { StatusWord } from "../ui/feedback/status-word.tsx";
import { grantsText } from "./grants-text.ts";
import { isOther, type Held } from "./taken-role.ts";

export function TakenNote({ before, now, onDismiss }: { before: Held; now: Held; onDismiss: () => void }): ReactElement {
  return (
    <div role="alert" className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-b border-line bg-caution-soft px-4 py-1.5">
      <StatusWord tone="caution" className="font-medium">
        {isOther(before, now) ? `You are ${now.name} now` : "Your roles were changed"}
      </StatusWord>
      <span>{rolesText(now)} What was open here is closed, and what was not done yet is not done.</span>
      <Button size="small" onClick={onDismiss}>
        Understood
      </Button>
    </div>
  );
}

function rolesText({ grants }: Held): string {
  return grants.length === 0 ? "You have no role any more." : `Your roles: ${grantsText(grants)}.`;
}
