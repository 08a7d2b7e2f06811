/**
 * SeekDialog: moves an ingress. It first asks what would be read again or skipped, and says so before the button.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { useTRPC } from "../../trpc/context.tsx";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { seekWords, type SeekPart } from "./seek-words.ts";
import { useDoorsWords } from "../../words/doors/use-doors-words.ts";

const ways = ["earliest", "latest", "date"] as const;
type Way = (typeof ways)[number];

interface SeekDialogProps {
  id: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function SeekDialog({ id, open, onOpenChange }: SeekDialogProps): ReactElement {
  const texts = useDoorsWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [way, setWay] = useState<Way>("earliest");
  const [moment, setMoment] = useState("");
  const atMs = Date.parse(moment);
  const to = way === "date" ? ({ kind: way, atMs: Number.isNaN(atMs) ? 0 : atMs } as const) : ({ kind: way } as const);
  const isReady = way !== "date" || !Number.isNaN(atMs);
  const plan = useQuery(trpc.doors.seekPlan.queryOptions({ id, to }, { enabled: open && isReady, staleTime: 0, retry: false }));
  const seek = useMutation(
    trpc.doors.seek.mutationOptions({
      onSuccess: async () => {
        onOpenChange(false);
        await queryClient.invalidateQueries({ queryKey: trpc.doors.pathKey() });
      },
    }),
  );
  const words = plan.data === undefined ? undefined : seekWords(plan.data.parts, texts.seek);
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={texts.seek.title(id)}
      confirmLabel={words?.button ?? texts.seek.move}
      danger
      wide
      disabled={plan.data === undefined || !isReady}
      pending={seek.isPending}
      error={seek.isError ? <ErrorState error={seek.error} /> : undefined}
      onConfirm={() => seek.mutate({ id, to })}
    >
      <div className="flex flex-col gap-3 text-[13px]">
        <Segmented
          label={texts.seek.where}
          options={ways.map((value) => ({ value, label: texts.seek[value] }))}
          value={way}
          onChange={setWay}
        />
        {way === "date" ? (
          <Field label={texts.seek.from}>
            {(control) => <Input {...control} type="datetime-local" value={moment} onChange={(event) => setMoment(event.target.value)} />}
          </Field>
        ) : null}
        {plan.isError && isReady ? <ErrorState error={plan.error} /> : null}
        {words === undefined ? <p className="text-quiet">{isReady ? texts.seek.asking : texts.seek.give}</p> : <p>{words.sentence}</p>}
        {plan.data === undefined ? null : <Parts parts={plan.data.parts} />}
      </div>
    </ConfirmDialog>
  );
}

const SHOWN = 50;

function Parts({ parts }: { parts: readonly SeekPart[] }): ReactElement {
  const texts = useDoorsWords();
  return (
    <div className="max-h-60 overflow-auto">
      <table className="w-full font-mono text-[12px]">
        <thead>
          <tr className="text-left text-quiet">
            <th className="font-normal">{texts.panel.part}</th>
            <th className="text-right font-normal">{texts.seek.now}</th>
            <th className="text-right font-normal">{texts.seek.afterwards}</th>
          </tr>
        </thead>
        <tbody>
          {parts.slice(0, SHOWN).map(({ part, from, to }) => (
            <tr key={part}>
              <td>{part}</td>
              <td className="text-right">{from === null ? texts.seek.never : grouped(Number(from))}</td>
              <td className="text-right">{grouped(Number(to))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {parts.length > SHOWN ? <p className="text-quiet">{texts.seek.more(parts.length - SHOWN)}</p> : null}
    </div>
  );
}
