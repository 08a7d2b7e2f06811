/**
 * DocsPanel: one section of the docs in the palette's place, with a way back to the search.
 */
"use client";
import type { ReactElement } from "react";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import type { DocsHeading } from "./docs-sections.ts";
import { markdownBlocks, type MarkdownBlock, type MarkdownWords } from "./markdown-blocks.ts";
import { useDocsSection } from "./use-docs.ts";
import { useNoticesWords } from "../../words/notices/use-notices-words.ts";

export function DocsPanel({ of, onBack }: { of: DocsHeading; onBack: () => void }): ReactElement {
  const words = useNoticesWords();
  const { section, error } = useDocsSection(of);
  return (
    <section aria-label={of.heading}>
      <header className="flex items-start justify-between gap-3 border-b border-line px-4 py-2.5">
        <div className="min-w-0">
          <h2 className="text-[15px] font-semibold">{of.heading}</h2>
          <p className="text-[12px] text-quiet">
            {of.title === of.heading ? null : `${of.title}, `}
            <span className="font-mono">docs/{of.page}.md</span>
          </p>
        </div>
        <Button autoFocus size="small" onClick={onBack}>
          {words.docs.back}
        </Button>
      </header>
      <div
        tabIndex={0}
        role="region"
        aria-label={words.docs.text}
        lang="en"
        className="flex max-h-[60dvh] flex-col gap-2.5 overflow-auto px-4 py-3 text-[13px] leading-5"
      >
        {section === undefined ? (
          error === null ? (
            <Skeleton rows={6} label={words.docs.loading} />
          ) : (
            <ErrorState inline error={error} what={words.docs.what} />
          )
        ) : section.text === "" ? (
          <p className="text-quiet">{words.docs.empty}</p>
        ) : (
          markdownBlocks(section.text).map((block, index) => <Block key={index} block={block} />)
        )}
      </div>
    </section>
  );
}

function Block({ block }: { block: MarkdownBlock }): ReactElement {
  switch (block.kind) {
    case "code":
      return (
        <pre tabIndex={0} className="overflow-x-auto rounded border border-line bg-ground px-2.5 py-1.5 font-mono text-[12px] leading-5">
          {block.text}
        </pre>
      );
    case "item":
      return (
        <p className="relative pl-4 before:absolute before:left-1 before:content-['·']">
          <Words words={block.words} />
        </p>
      );
    case "text":
      return (
        <p>
          <Words words={block.words} />
        </p>
      );
  }
}

function Words({ words }: { words: readonly MarkdownWords[] }): ReactElement {
  return (
    <>
      {words.map(({ kind, text }, index) =>
        kind === "code" ? (
          <code key={index} className="font-mono text-[12px] break-words">
            {text}
          </code>
        ) : kind === "strong" ? (
          <strong key={index} className="font-semibold">
            {text}
          </strong>
        ) : (
          <span key={index}>{text}</span>
        ),
      )}
    </>
  );
}
