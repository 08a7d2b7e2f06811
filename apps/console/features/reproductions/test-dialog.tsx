/** TestDialog: the text of a test, to be copied or saved as a file. */
"use client";
import type { ReactElement, ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { QueryView, type QueryLike } from "../../ui/feedback/query-view.tsx";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { useReproductionWords } from "../../words/reproduction/use-reproduction-words.ts";

export interface TestDialogProps {
  query: QueryLike<string>;
  /** The file's name without `.test.ts`; characters that a file's name may not hold are replaced. */
  file: string;
  description: string;
  children?: ReactNode;
  onClose: () => void;
}

export function TestDialog({ query, file, description, children, onClose }: TestDialogProps): ReactElement {
  const { test: words } = useReproductionWords();
  const name = `${file.replaceAll(/[^\w.-]+/g, "-").slice(0, 80)}.test.ts`;
  const { data } = query;
  return (
    <Dialog
      wide
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={words.export}
      description={description}
      footer={
        data === undefined ? undefined : (
          <>
            <CopyButton text={data}>{words.copy}</CopyButton>
            <Button tone="primary" onClick={() => save(name, data)}>
              {words.saveAs(name)}
            </Button>
          </>
        )
      }
    >
      {children}
      <QueryView query={query} what={words.what}>
        {(text) => <TestText text={text} />}
      </QueryView>
    </Dialog>
  );
}

function TestText({ text }: { text: string }): ReactElement {
  return (
    <pre className="max-h-[60vh] overflow-auto rounded border border-line bg-ground p-3 font-mono text-[12px] leading-5" tabIndex={0}>
      {text}
    </pre>
  );
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
