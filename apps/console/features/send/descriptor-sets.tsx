/** DescriptorSets: protobuf descriptor sets that make values of their types readable and writable as JSON. */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useRef, type ChangeEvent, type ReactElement } from "react";
import { bytes } from "../../format/numbers.ts";
import { useTRPC } from "../../trpc/context.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { PartTitle } from "../../ui/text/details.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { QueryView, type QueryLike } from "../../ui/feedback/query-view.tsx";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { useSendWords } from "../../words/send/use-send-words.ts";

export interface DescriptorSet {
  name: string;
  types: string[];
  sizeBytes: number;
}

const CHUNK_BYTES = 32_768;

function toBase64(data: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < data.length; at += CHUNK_BYTES) binary += String.fromCharCode(...data.subarray(at, at + CHUNK_BYTES));
  return btoa(binary);
}

export function DescriptorSets({ query }: { query: QueryLike<DescriptorSet[]> }): ReactElement {
  const words = useSendWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const file = useRef<HTMLInputElement>(null);
  const settle = { onSettled: () => queryClient.invalidateQueries() };
  const upload = useMutation(
    trpc.descriptors.upload.mutationOptions({
      ...settle,
      onSuccess: (result) => toast(words.descriptors.canRead(result.types.length)),
    }),
  );
  const remove = useMutation(trpc.descriptors.remove.mutationOptions(settle));

  async function choose(event: ChangeEvent<HTMLInputElement>): Promise<void> {
    const chosen = event.target.files?.[0];
    event.target.value = "";
    if (chosen === undefined) return;
    const name =
      chosen.name
        .replace(/\.[^.]*$/, "")
        .replace(/[^A-Za-z0-9._-]+/g, "-")
        .replace(/^[^A-Za-z0-9]+/, "")
        .slice(0, 64) || "descriptors";
    upload.mutate({ name, base64: toBase64(new Uint8Array(await chosen.arrayBuffer())) });
  }

  return (
    <section className="flex flex-col gap-1">
      <PartTitle
        end={
          <>
            <input
              ref={file}
              type="file"
              className="hidden"
              aria-label={words.descriptors.file}
              accept=".desc,.pb,.bin,.protoset,.binpb"
              onChange={(event) => void choose(event)}
            />
            <Button size="small" pending={upload.isPending} onClick={() => file.current?.click()}>
              {words.descriptors.upload}
            </Button>
          </>
        }
      >
        {words.descriptors.title}
      </PartTitle>
      <QueryView
        query={query}
        what={words.descriptors.what}
        loading={<Skeleton rows={1} label={words.descriptors.loading} />}
        empty={{
          when: (sets) => sets.length === 0,
          view: (
            <p className="text-[12px] leading-5 text-quiet">
              {words.descriptors.make} <code>protoc --include_imports --descriptor_set_out=shop.desc shop.proto</code>
              {words.descriptors.makeAbout}
            </p>
          ),
        }}
      >
        {(sets) => <SetList sets={sets} onRemove={(name) => remove.mutate({ name })} />}
      </QueryView>
      {upload.error === null ? null : <ErrorState inline error={upload.error} what={words.descriptors.notUploaded} />}
      {remove.error === null ? null : <ErrorState inline error={remove.error} what={words.descriptors.notRemoved} />}
    </section>
  );
}

function SetList({ sets, onRemove }: { sets: readonly DescriptorSet[]; onRemove: (name: string) => void }): ReactElement {
  const words = useSendWords();
  return (
    <ul className="flex flex-col">
      {sets.map((set) => (
        <li key={set.name} className="flex min-h-7 items-center gap-3 border-t border-line text-[12px]">
          <span className="font-mono">{set.name}</span>
          <span className="min-w-0 flex-1 truncate text-quiet" title={set.types.join("\n")}>
            {words.descriptors.types(set.types.length, bytes(set.sizeBytes))}
          </span>
          <IconButton size="small" label={words.descriptors.remove(set.name)} onClick={() => onRemove(set.name)}>
            <Trash2 aria-hidden className="size-3.5" />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}
