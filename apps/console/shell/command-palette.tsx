/**
 * The palette that ctrl+K opens: every page, every function type, any entity as type/id, any trace by its number, what the page can do
 * (shortcuts.tsx), the actions of the shell, and the headings of the docs, whose text it shows.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { usePathname, useRouter } from "next/navigation";
import { Dialog } from "radix-ui";
import { useRef, useState, type ReactNode } from "react";
import { DocsPanel } from "../features/help/docs-panel.tsx";
import type { DocsHeading } from "../features/help/docs-sections.ts";
import { useDocsHeadings } from "../features/help/use-docs.ts";
import { useTRPC } from "../trpc/context.tsx";
import { originUrlOf } from "./base-path.ts";
import { cliCommand } from "./cli-command.ts";
import { entityHref, parseAddress, navigation, tailHref, traceHref } from "./navigation.ts";
import { copyAndSay } from "../ui/text/copy-and-say.ts";
import { useFocusReturn } from "../ui/dialog/use-focus-return.ts";
import { useWords } from "../words/use-words.ts";
import { useRegistered, type Registered } from "./shortcuts.tsx";
import { useNextTheme } from "./theme-switch.tsx";
import { useNoticesWords } from "../words/notices/use-notices-words.ts";

/** With fewer characters, headings would be in the way. */
const DOCS_CHARACTERS_LEAST = 2;

export interface CommandPaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onShortcuts: () => void;
}

export function CommandPalette({ open, onOpenChange, onShortcuts }: CommandPaletteProps) {
  const { frame } = useWords();
  const focus = useFocusReturn(open);
  const next = useRef<() => void>(undefined);
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Content
          onCloseAutoFocus={(event) => {
            focus.onCloseAutoFocus(event);
            // The action runs on the page as it was before the palette, so that what it focuses or opens stays.
            next.current?.();
            next.current = undefined;
          }}
          aria-describedby={undefined}
          className="fixed top-[12dvh] left-1/2 z-50 w-[min(560px,calc(100vw-24px))] -translate-x-1/2 overflow-hidden rounded-md border border-line bg-panel shadow-float"
        >
          <Dialog.Title className="sr-only">{frame.goTo}</Dialog.Title>
          <PaletteOrDocs
            onDone={() => onOpenChange(false)}
            onPageAction={(run) => {
              next.current = run;
              onOpenChange(false);
            }}
            onShortcuts={onShortcuts}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface PaletteProps {
  onDone: () => void;
  /** Closes the palette, then runs the action. */
  onPageAction: (run: () => void) => void;
  onShortcuts: () => void;
}

function PaletteOrDocs(props: PaletteProps) {
  const [text, setText] = useState("");
  const [section, setSection] = useState<DocsHeading | null>(null);
  if (section !== null) return <DocsPanel of={section} onBack={() => setSection(null)} />;
  return <Palette {...props} text={text} setText={setText} onSection={setSection} />;
}

interface SearchProps extends PaletteProps {
  text: string;
  setText: (text: string) => void;
  onSection: (section: DocsHeading) => void;
}

function Palette({ onDone, onPageAction, onShortcuts, text, setText, onSection }: SearchProps) {
  const words = useNoticesWords();
  const { navigation: names, frame } = useWords();
  const router = useRouter();
  const types = useQuery(useTRPC().entities.types.queryOptions());
  const go = (href: string) => (): void => {
    onDone();
    router.push(href);
  };
  const address = parseAddress(text);
  const trace = /^#?(\d+)$/.exec(text.trim())?.[1];
  return (
    <Command label={frame.goTo} loop>
      <Command.Input
        autoFocus
        value={text}
        onValueChange={setText}
        placeholder={words.palette.placeholder}
        className="h-11 w-full border-b border-line bg-transparent px-4 text-[15px] outline-none placeholder:text-quiet focus:border-message"
      />
      <Command.List className="max-h-[52dvh] overflow-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-quiet">
          {words.palette.none} <span className="font-mono">namespace/name/id</span>.
        </Command.Empty>
        {address === undefined ? null : (
          <Item value={`entity ${text}`} onSelect={go(entityHref(address))} detail={words.palette.openEntity} keywords={[text]}>
            <span className="font-mono">
              <span className="text-quiet">{address.type}/</span>
              {address.id}
            </span>
          </Item>
        )}
        {trace === undefined ? null : (
          <Item value={`trace ${text}`} onSelect={go(traceHref(Number(trace)))} detail={words.palette.openTrace} keywords={[text]}>
            <span className="font-mono">#{trace}</span>
          </Item>
        )}
        <PageActions onAction={onPageAction} />
        <Group heading={words.palette.pages}>
          {navigation.map((entry) => (
            <Item key={entry.path} value={names[entry.words].name} onSelect={go(entry.path)} detail={names[entry.words].purpose}>
              {names[entry.words].name}
            </Item>
          ))}
        </Group>
        {types.data === undefined || types.data.length === 0 ? null : (
          <Group heading={words.palette.types}>
            {types.data.slice(0, 200).map(({ type }) => (
              <Item key={type} value={type} onSelect={go(tailHref({ type }))} detail={words.palette.inFlow}>
                <span className="font-mono">{type}</span>
              </Item>
            ))}
          </Group>
        )}
        <ShellActions onDone={onDone} onSend={go("/send")} onShortcuts={onShortcuts} />
        {text.trim().length < DOCS_CHARACTERS_LEAST ? null : <DocsHeadings onSection={onSection} />}
      </Command.List>
    </Command>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-[12px] [&_[cmdk-group-heading]]:text-quiet"
    >
      {children}
    </Command.Group>
  );
}

/** An action that is registered twice, as by two rows, becomes two items. */
function valuesOf(actions: readonly Registered[]): ReadonlyMap<Registered, string> {
  const seen = new Map<string, number>();
  return new Map(
    actions.map((action) => {
      const before = seen.get(action.label) ?? 0;
      seen.set(action.label, before + 1);
      return [action, before === 0 ? action.label : `${action.label} ${before + 1}`] as const;
    }),
  );
}

/**
 * What the page registered; the frame's own keys are in the other groups. Actions that are impossible now stay, at the end, and say why.
 */
function PageActions({ onAction }: { onAction: (run: () => void) => void }) {
  const words = useNoticesWords();
  const { frame } = useWords();
  const actions = useRegistered().filter(({ group }) => group !== frame.everywhere && group !== frame.goTo);
  if (actions.length === 0) return null;
  const values = valuesOf(actions);
  return (
    <Group heading={words.palette.onPage}>
      {actions
        .toSorted((left, right) => Number(left.reason !== null) - Number(right.reason !== null))
        .map((action) => (
          <PageActionItem key={values.get(action)} value={values.get(action) ?? action.label} action={action} onAction={onAction} />
        ))}
    </Group>
  );
}

interface PageActionItemProps {
  value: string;
  action: Registered;
  onAction: (run: () => void) => void;
}

/** The item is not `disabled`, because an item that cannot be selected cannot say why. */
function PageActionItem({ value, action, onAction }: PageActionItemProps) {
  const { label, shown, reason, run } = action;
  if (reason === null)
    return (
      <Item value={value} onSelect={() => onAction(run)} {...(shown === null ? {} : { detail: shown })}>
        {label}
      </Item>
    );
  return (
    <Command.Item
      value={value}
      className="flex flex-col rounded px-2.5 py-1.5 text-quiet data-[selected=true]:bg-selected"
      data-unavailable
    >
      <span>{label}</span>
      <span className="text-[12px] break-words">{reason}</span>
    </Command.Item>
  );
}

interface ItemProps {
  value: string;
  onSelect: () => void;
  detail?: string;
  keywords?: string[];
  /** When both are long the detail is cut, not the label. */
  keepsLabel?: boolean;
  children: ReactNode;
}

function Item({ value, onSelect, detail, keywords, keepsLabel = false, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      {...(keywords === undefined ? {} : { keywords })}
      className="flex h-8 items-center justify-between gap-4 rounded px-2.5 data-[selected=true]:bg-selected"
    >
      <span className={keepsLabel ? "shrink-0" : "truncate"}>{children}</span>
      {detail === undefined ? null : <span className="truncate text-[12px] text-quiet">{detail}</span>}
    </Command.Item>
  );
}

function DocsHeadings({ onSection }: { onSection: (section: DocsHeading) => void }) {
  const words = useNoticesWords();
  const headings = useDocsHeadings();
  if (headings.length === 0) return null;
  return (
    <Group heading={words.palette.docs}>
      {headings.map((one) => (
        <Item
          key={`${one.page} ${one.at}`}
          value={`docs ${one.page} ${one.at}`}
          keywords={[one.heading, one.title]}
          onSelect={() => onSection(one)}
          detail={`docs/${one.page}.md`}
        >
          {one.heading}
        </Item>
      ))}
    </Group>
  );
}

interface ShellActionsProps {
  onDone: () => void;
  onSend: () => void;
  onShortcuts: () => void;
}

function ShellActions({ onDone, onSend, onShortcuts }: ShellActionsProps) {
  const words = useNoticesWords();
  const { themes } = useWords().frame;
  const theme = useNextTheme();
  const path = usePathname();
  const command = cliCommand({ path, query: new URLSearchParams(window.location.search), url: originUrlOf("") });
  const act = (action: () => void) => (): void => {
    onDone();
    action();
  };
  return (
    <Group heading={words.palette.actions}>
      <Item value={words.palette.send} onSelect={onSend}>
        {words.palette.send}
      </Item>
      <Item value={words.palette.copyLink} onSelect={act(() => void copyAndSay(window.location.href, words.palette.linkCopied))}>
        {words.palette.copyLink}
      </Item>
      <Item
        value={`${words.palette.copyCli} CLI signalbox`}
        onSelect={act(() => void copyAndSay(command, words.palette.cliCopied))}
        detail={command}
        keepsLabel
      >
        {words.palette.copyCli}
      </Item>
      <Item
        value={`${words.palette.turnTheme} ${themes.dark} ${themes.light}`}
        onSelect={act(theme.turn)}
        detail={words.palette.nowTheme(themes[theme.current])}
      >
        {words.palette.turnTheme}
      </Item>
      <Item value={words.palette.shortcuts} onSelect={act(onShortcuts)} detail="?">
        {words.palette.shortcuts}
      </Item>
    </Group>
  );
}
