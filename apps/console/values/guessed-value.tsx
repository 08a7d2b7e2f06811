/**
 * GuessedValue: bytes that no decoder fits, as the fields that protobuf's wire format shows (protobuf-guess.ts), each with its bytes in hex
 * beside it. It says that it is a guess, why the decoders failed, and what else a field may be. value-view.tsx fetches this file when there
 * are such bytes.
 */
"use client";
import { useMemo, useState, type ReactElement } from "react";
import type { ValueView as Value } from "../trpc/views.ts";
import { cn } from "../ui/cn.ts";
import { StatusWord } from "../ui/feedback/status-word.tsx";
import { NotDecoded } from "./not-decoded.tsx";
import { guessProtobuf, readings, type GuessedContent, type GuessedField } from "./protobuf-guess.ts";

const FIELDS_SHOWN = 100;
const OPEN_TO_DEPTH = 4;
const HEX_SHOWN = 12;
const TEXT_SHOWN = 2_000;

export function GuessedValue({ value }: { value: Value }): ReactElement | null {
  const bytes = useMemo(() => Uint8Array.from(atob(value.base64), (character) => character.charCodeAt(0)), [value.base64]);
  const guess = useMemo(() => guessProtobuf(bytes), [bytes]);
  // Text that is no possible protobuf is shown as text only.
  if (guess.kind === "none" && value.as === "text") return null;
  return (
    <div className="flex flex-col gap-1.5">
      {guess.kind === "none" ? (
        <NotDecoded value={value} also={guess.reason} />
      ) : (
        <>
          <p className="text-[12px] text-quiet">
            <StatusWord tone="caution">guessed: no descriptor</StatusWord>{" "}
            {value.as === "text"
              ? "It may be protobuf instead of text."
              : `${sentence(value.decoder)}. A descriptor set uploaded under Send tells names and types.`}
          </p>
          <Fields fields={guess.fields} bytes={bytes} depth={0} />
        </>
      )}
    </div>
  );
}

function sentence(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

interface FieldsProps {
  fields: readonly GuessedField[];
  bytes: Uint8Array;
  depth: number;
}

function Fields({ fields, bytes, depth }: FieldsProps): ReactElement {
  const [shown, setShown] = useState(FIELDS_SHOWN);
  return (
    <ul
      aria-label={depth === 0 ? "Guessed fields" : undefined}
      className={cn("flex flex-col font-mono text-[12px] leading-5", depth === 0 && "pl-3")}
    >
      {fields.slice(0, shown).map((field) => (
        <li key={field.from} className={depth === 0 ? "" : "ml-1.5 border-l border-line pl-3"}>
          <Field field={field} bytes={bytes} depth={depth} />
        </li>
      ))}
      {fields.length > shown ? (
        <li>
          <button type="button" className="text-message hover:underline" onClick={() => setShown(shown + FIELDS_SHOWN)}>
            {fields.length - shown} more
          </button>
        </li>
      ) : null}
    </ul>
  );
}

function Field({ field, bytes, depth }: { field: GuessedField; bytes: Uint8Array; depth: number }): ReactElement {
  const [open, setOpen] = useState(depth < OPEN_TO_DEPTH);
  const { content, number } = field;
  const nested = nestedOf(content);
  return (
    <>
      <div className="flex flex-wrap items-baseline gap-x-3">
        {nested === undefined ? (
          <span className="text-message">{number}</span>
        ) : (
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="-ml-3 rounded-[3px] pr-1 text-left text-message hover:bg-hover"
          >
            <span aria-hidden className="inline-block w-3 text-quiet">
              {open ? "▾" : "▸"}
            </span>
            {number}
          </button>
        )}
        <Shown content={content} />
        <span className="ml-auto pl-3 text-[11px] text-quiet" title="The field's bytes, its tag first">
          {hexOf(bytes, field)}
        </span>
      </div>
      {nested !== undefined && open ? <Fields fields={nested} bytes={bytes} depth={depth + 1} /> : null}
    </>
  );
}

/** Returns undefined when it is shown on its own line. */
function nestedOf(content: GuessedContent): readonly GuessedField[] | undefined {
  if (content.kind === "group") return content.fields;
  return content.kind === "length" && content.as === "message" ? content.fields : undefined;
}

function Shown({ content }: { content: GuessedContent }): ReactElement {
  switch (content.kind) {
    case "varint":
    case "fixed64":
    case "fixed32": {
      const [first, ...others] = readings(content);
      return (
        <span className="min-w-0 break-all">
          <span className="text-egress">{first}</span>{" "}
          <span className="text-quiet">
            {content.kind}
            {others.length === 0 ? "" : `, or ${others.join(", ")}`}
          </span>
        </span>
      );
    }
    case "group":
      return <span className="text-quiet">group of {content.fields.length}</span>;
    case "length":
      return <OfLength content={content} />;
  }
}

function OfLength({ content }: { content: Extract<GuessedContent, { kind: "length" }> }): ReactElement {
  switch (content.as) {
    case "message":
      return (
        <span className="text-quiet">
          message of {content.fields?.length ?? 0}
          {content.text === undefined || !isPlain(content.text) ? "" : `, or text ${JSON.stringify(content.text.slice(0, 40))}`}
        </span>
      );
    case "text": {
      const text = content.text ?? "";
      return (
        <span className="min-w-0 break-words whitespace-pre-wrap">
          {JSON.stringify(text.slice(0, TEXT_SHOWN))}{" "}
          <span className="text-quiet">
            {text.length > TEXT_SHOWN ? `the first ${TEXT_SHOWN} of ${text.length} characters of ` : ""}text
            {content.fields === undefined ? "" : `, or a message of ${content.fields.length}`}
          </span>
        </span>
      );
    }
    case "bytes":
      return <span className="text-quiet">{content.bytes.length} bytes</span>;
  }
}

/** Whether the text has no control characters except those of lines and tabs. */
function isPlain(text: string): boolean {
  return !JSON.stringify(text).includes("\\u00");
}

function hexOf(bytes: Uint8Array, { from, to }: GuessedField): string {
  const shown = [...bytes.subarray(from, Math.min(to, from + HEX_SHOWN))].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return to - from > HEX_SHOWN ? `${shown} …` : shown;
}
