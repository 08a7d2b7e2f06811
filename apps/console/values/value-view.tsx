/**
 * ValueView: a typed value as people read it: the type named, decoded when a decoder fits (and by which), the raw bytes one click away as
 * hex or base64. Bytes that nothing decodes are guessed (guessed-value.tsx, fetched then). ValueLine is the same on one line, for rows.
 */
"use client";
import { lazy, Suspense, useMemo, useState, type ReactElement, type ReactNode } from "react";
import { bytes } from "../format/numbers.ts";
import { exact } from "../format/times.ts";
import type { ValueView as Value } from "../trpc/views.ts";
import { cn } from "../ui/cn.ts";
import { CopyButton } from "../ui/text/copy-button.tsx";
import { Segmented } from "../ui/form/segmented.tsx";
import { HEX_BYTES_MAX, hexDump } from "./hex-dump.ts";
import { parseJson } from "./json-node.ts";
import { JsonTree } from "./json-tree.tsx";
import { NotDecoded } from "./not-decoded.tsx";
import { lineOf } from "./value-line.ts";
import { useValuesWords } from "../words/values/use-values-words.ts";

const GuessedValue = lazy(async () => ({ default: (await import("./guessed-value.tsx")).GuessedValue }));

type Mode = "decoded" | "hex" | "base64";

export function ValueLine({ value, className }: { value: Value | null; className?: string }): ReactElement {
  const words = useValuesWords();
  if (value === null) return <span className={cn("text-quiet", className)}>{words.empty}</span>;
  const quiet = value.as === "bytes" || value.as === "absent";
  return (
    <span className={cn("truncate font-mono text-[12px]", quiet ? "text-quiet" : "text-text", className)} title={value.typename}>
      {lineOf(value)}
    </span>
  );
}

export interface ValueViewProps {
  value: Value;
  /** A text beside the type, such as the state's name. */
  title?: ReactNode;
  actions?: ReactNode;
  flash?: boolean;
  className?: string;
}

export function ValueView({ value, title, actions, flash = false, className }: ValueViewProps): ReactElement {
  const words = useValuesWords();
  const [mode, setMode] = useState<Mode>("decoded");
  const isMasked = value.masked !== undefined;
  const raw = value.as !== "absent" && !isMasked;
  return (
    <section className={cn("min-w-0 rounded border border-line bg-panel", flash && "animate-flash", className)}>
      <header className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-2.5 py-1">
        {title === undefined ? null : <span className="font-mono text-[12px] font-medium text-text">{title}</span>}
        <span className="min-w-0 truncate font-mono text-[12px] text-quiet">{value.typename}</span>
        <span className="font-mono text-[11px] text-quiet">{isMasked ? words.masked : bytes(value.sizeBytes)}</span>
        <span className="ml-auto flex items-center gap-1">
          {actions}
          {raw ? (
            <Segmented
              small
              label={words.showAs}
              value={mode}
              onChange={setMode}
              options={[
                { value: "decoded", label: value.as === "bytes" ? words.guess : words.decoded },
                { value: "hex", label: "hex" },
                { value: "base64", label: "base64" },
              ]}
            />
          ) : null}
          {raw ? (
            <CopyButton
              label={words.copy}
              text={mode === "base64" || value.as === "bytes" ? value.base64 : mode === "hex" ? hexText(value.base64) : value.text}
            />
          ) : null}
        </span>
      </header>
      <ValueBody value={value} mode={mode} />
    </section>
  );
}

function hexText(base64: string): string {
  return hexDump(base64)
    .map((row) => row.hex)
    .join("\n");
}

/** Only the decoded content, without a frame. */
function ValueBody({ value, mode = "decoded" }: { value: Value; mode?: Mode }): ReactElement {
  const words = useValuesWords();
  if (value.as === "absent")
    return (
      <p className="px-2.5 py-2 text-[12px] text-quiet">
        {value.erasedMs === undefined ? words.onlySize(value.decoder) : words.erased(exact(value.erasedMs))}
      </p>
    );
  if (mode === "base64")
    return (
      <pre className="max-h-80 overflow-auto px-2.5 py-2 font-mono text-[12px] break-all whitespace-pre-wrap" tabIndex={0}>
        {value.base64 === "" ? words.noBytes : value.base64}
      </pre>
    );
  if (mode === "hex") return <Hex base64={value.base64} sizeBytes={value.sizeBytes} />;
  return <Decoded value={value} />;
}

function Decoded({ value }: { value: Value }): ReactElement {
  const words = useValuesWords();
  const node = useMemo(() => (value.as === "json" ? parseJson(value.text) : null), [value.as, value.text]);
  return (
    <div className="max-h-96 overflow-auto px-2.5 py-2" tabIndex={0} role="group" aria-label={words.ofType(value.typename)}>
      {node !== null ? (
        <JsonTree node={node} />
      ) : value.as === "bytes" ? (
        <Suspense fallback={<NotDecoded value={value} />}>
          <GuessedValue value={value} />
        </Suspense>
      ) : (
        <>
          <pre className="font-mono text-[12px] leading-5 break-words whitespace-pre-wrap">{value.text}</pre>
          {beginsAsField(value) ? (
            <Suspense>
              <GuessedValue value={value} />
            </Suspense>
          ) : null}
        </>
      )}
    </div>
  );
}

/** Text that begins with a line feed begins as protobuf's first field does, when that has a length. */
function beginsAsField({ as, text }: Value): boolean {
  return as === "text" && text.startsWith("\n");
}

function Hex({ base64, sizeBytes }: { base64: string; sizeBytes: number }): ReactElement {
  const words = useValuesWords();
  const rows = useMemo(() => hexDump(base64), [base64]);
  if (rows.length === 0) return <p className="px-2.5 py-2 text-[12px] text-quiet">{words.defaultValue}</p>;
  return (
    <div className="max-h-80 overflow-auto px-2.5 py-2" tabIndex={0} role="group" aria-label={words.inHex}>
      <table className="font-mono text-[12px] leading-5">
        <tbody>
          {rows.map((row) => (
            <tr key={row.offset}>
              <td className="pr-4 text-quiet">{row.offset}</td>
              <td className="pr-4 whitespace-pre">{row.hex}</td>
              <td className="whitespace-pre text-quiet">{row.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {sizeBytes > HEX_BYTES_MAX ? (
        <p className="text-[12px] text-quiet">{words.theFirst(bytes(HEX_BYTES_MAX), bytes(sizeBytes))}</p>
      ) : null}
    </div>
  );
}
