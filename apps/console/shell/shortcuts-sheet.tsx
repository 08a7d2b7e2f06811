/** The sheet that `?` opens: every key that works here and now, from the registry. */
"use client";
import { Dialog } from "../ui/dialog/dialog.tsx";
import { Kbd } from "../ui/text/kbd.tsx";
import { useWords } from "../words/use-words.ts";
import { useRegistered, type Registered } from "./shortcuts.tsx";

type Key = Registered & { readonly shown: string };

function isKey(one: Registered): one is Key {
  return one.shown !== null;
}

export function ShortcutsSheet({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { frame: words } = useWords();
  const groups = Map.groupBy(useRegistered().filter(isKey), (shortcut) => shortcut.group);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={words.shortcuts}>
      <div className="grid gap-5 sm:grid-cols-2">
        {[...groups].map(([group, shortcuts]) => (
          <ShortcutGroup key={group} group={group} shortcuts={shortcuts} />
        ))}
      </div>
    </Dialog>
  );
}

function ShortcutGroup({ group, shortcuts }: { group: string; shortcuts: readonly Key[] }) {
  return (
    <section>
      <h3 className="mb-1 text-[12px] text-quiet">{group}</h3>
      <ul>
        {shortcuts.map((shortcut) => (
          <li key={`${shortcut.shown} ${shortcut.label}`} className="flex h-7 items-center justify-between gap-4">
            <span>{shortcut.label}</span>
            <span className="flex gap-1">
              {shortcut.shown.split(" ").map((key, index) => (
                <Kbd key={`${key}-${index}`}>{key}</Kbd>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
