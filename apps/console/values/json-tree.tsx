/**
 * JsonTree: a decoded document as people read it; branches fold, long arrays open in steps. What was opened stays open when the value
 * changes, because it is kept by path.
 */
"use client";
import { useState, type ReactElement } from "react";
import { cn } from "../ui/cn.ts";
import { toText, type JsonNode } from "./json-node.ts";

const OPEN_TO_DEPTH = 2;
const CHILDREN_SHOWN = 100;
const INLINE_CHARACTERS_MAX = 64;

type Branch = Extract<JsonNode, { kind: "object" | "array" }>;

function childrenOf(node: Branch): { key: string; value: JsonNode }[] {
  return node.kind === "object" ? [...node.entries] : node.items.map((value, index) => ({ key: String(index), value }));
}

function Scalar({ node }: { node: Exclude<JsonNode, Branch> }): ReactElement {
  return node.kind === "string" ? (
    <span className="break-words whitespace-pre-wrap text-text">{JSON.stringify(node.value)}</span>
  ) : (
    <span className="text-egress">{node.text}</span>
  );
}

interface NodeProps {
  label: string | null;
  node: JsonNode;
  path: string;
  depth: number;
  opened: ReadonlyMap<string, boolean>;
  toggle: (path: string, open: boolean) => void;
}

function Node({ label, node, path, depth, opened, toggle }: NodeProps): ReactElement {
  const [shown, setShown] = useState(CHILDREN_SHOWN);
  const name = label === null ? null : <span className="text-message">{label}</span>;
  if (node.kind === "string" || node.kind === "literal") {
    return (
      <div className={cn(label !== null && "pl-4")}>
        {name}
        {name === null ? null : <span className="text-quiet">: </span>}
        <Scalar node={node} />
      </div>
    );
  }
  const children = childrenOf(node);
  const line = toText(node);
  if (
    line.length <= INLINE_CHARACTERS_MAX &&
    children.every((child) => child.value.kind === "string" || child.value.kind === "literal") &&
    (depth > 0 || children.length === 0)
  ) {
    return (
      <div className="pl-4">
        {name}
        {name === null ? null : <span className="text-quiet">: </span>}
        <span className="break-words">{line}</span>
      </div>
    );
  }
  const open = opened.get(path) ?? depth < OPEN_TO_DEPTH;
  const size = node.kind === "object" ? `{${children.length}}` : `[${children.length}]`;
  return (
    <div className={cn(depth > 0 && "pl-4")}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => toggle(path, !open)}
        className="-ml-3 rounded-[3px] pr-1 text-left hover:bg-hover"
      >
        <span aria-hidden className="inline-block w-3 text-quiet">
          {open ? "▾" : "▸"}
        </span>
        {name ?? <span className="text-quiet">{node.kind}</span>} <span className="text-quiet">{size}</span>
      </button>
      {open ? (
        <div className="ml-[-9px] border-l border-line pl-1">
          {children.slice(0, shown).map((child, index) => (
            <Node
              key={`${child.key}:${index}`}
              label={child.key}
              node={child.value}
              path={`${path}/${child.key}`}
              depth={depth + 1}
              opened={opened}
              toggle={toggle}
            />
          ))}
          {children.length > shown ? (
            <button type="button" className="pl-4 text-message hover:underline" onClick={() => setShown(shown + CHILDREN_SHOWN)}>
              {children.length - shown} more
            </button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

export function JsonTree({ node }: { node: JsonNode }): ReactElement {
  const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map());
  return (
    <div className={cn("font-mono text-[12px] leading-5", (node.kind === "object" || node.kind === "array") && "pl-3")}>
      <Node
        label={null}
        node={node}
        path=""
        depth={0}
        opened={opened}
        toggle={(path, open) => setOpened((before) => new Map(before).set(path, open))}
      />
    </div>
  );
}
