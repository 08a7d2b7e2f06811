/**
 * LocateBox: finds a namespace, a function type or an entity and goes there. A type's name and a slash, or any text while a type is chosen,
 * searches entities whose id begins so. Neighbours: flow-toolbar.tsx shows it, the graph reveals what was found.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useId, useMemo, useState } from "react";
import { compact } from "../../format/numbers.ts";
import { useShortcut } from "../../shell/shortcuts.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { AddressView, FlowNode } from "../../trpc/views.ts";
import { Combobox, type Suggestion } from "../../ui/form/combobox.tsx";
import { namespaceOf } from "./graph/namespace-of.ts";
import { useFlowWords } from "../../words/flow/use-flow-words.ts";
import type { FlowWords } from "../../words/flow/en.ts";

const ENTITIES_MAX = 6;

export type Located = { kind: "namespace"; name: string } | { kind: "type"; name: string } | { kind: "entity"; address: AddressView };

export interface LocateBoxProps {
  nodes: readonly FlowNode[];
  chosenType: string | null;
  onLocate: (found: Located) => void;
  className?: string;
}

export function LocateBox({ nodes, chosenType, onLocate, className = "" }: LocateBoxProps) {
  const words = useFlowWords();
  const id = useId();
  const [text, setText] = useState("");
  useShortcut({ keys: "l", shown: "l", label: words.locateKey, group: words.title }, () => document.getElementById(id)?.focus());
  const places = useMemo(() => placesOf(nodes, words), [nodes, words]);
  const asked = useDeferredValue(entityAsked(text, places, chosenType));
  const entities = useQuery({
    ...useTRPC().entities.list.queryOptions({ type: asked?.type ?? "", prefix: asked?.id ?? "", limit: ENTITIES_MAX }),
    enabled: asked !== null,
  });
  const found = new Map(places);
  if (asked !== null)
    for (const { address, mailboxDepth } of entities.data?.items ?? [])
      found.set(`${address.type}/${address.id}`, {
        located: { kind: "entity", address },
        detail: mailboxDepth > 0 ? words.wait(compact(mailboxDepth)) : words.entity,
      });
  const suggestions = [...found].map(([value, { detail }]): Suggestion => ({ value, detail }));
  return (
    <Combobox
      id={id}
      aria-label={words.locateLabel}
      placeholder={words.locate}
      className={className}
      mono
      value={text}
      suggestions={suggestions}
      onChange={setText}
      onCommit={(value) => {
        const at = found.get(value) ?? firstOf(found, value);
        if (at === undefined) return;
        onLocate(at.located);
        setText("");
      }}
    />
  );
}

interface Found {
  readonly located: Located;
  readonly detail: string;
}

function placesOf(nodes: readonly FlowNode[], words: FlowWords): Map<string, Found> {
  const types = nodes.filter((node) => node.kind === "type");
  const found = new Map<string, Found>();
  for (const { name, waiting, stateWord } of types)
    found.set(name, { located: { kind: "type", name }, detail: waiting > 0 ? words.wait(compact(waiting)) : words.state(stateWord) });
  const namespaces = Map.groupBy(types, ({ name }) => namespaceOf(name));
  for (const [name, members] of namespaces)
    found.set(`${name}/`, { located: { kind: "namespace", name }, detail: words.types(members.length) });
  return found;
}

/** Returns the entity that is meant: `namespace/name/id…`, or any text for the chosen type. */
function entityAsked(text: string, places: ReadonlyMap<string, Found>, chosen: string | null): AddressView | null {
  const slash = text.indexOf("/", text.indexOf("/") + 1);
  const type = slash < 0 ? chosen : text.slice(0, slash);
  if (type === null || text === "" || places.get(type) === undefined) return null;
  return { type, id: slash < 0 ? text : text.slice(slash + 1) };
}

/** Enter without a choice goes to the first match. */
function firstOf(found: ReadonlyMap<string, Found>, text: string): Found | undefined {
  const part = text.trim().toLowerCase();
  if (part === "") return undefined;
  return [...found].find(([value]) => value.toLowerCase().includes(part))?.[1];
}
