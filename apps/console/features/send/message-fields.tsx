/**
 * MessageFields: the target of a message, the type of its value, and how many are sent.
 */
"use client";
import type { ReactElement } from "react";
import { Combobox, type Suggestion } from "../../ui/form/combobox.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { NumberField } from "../../ui/form/number-field.tsx";
import type { DescriptorSet } from "./descriptor-sets.tsx";
import { builtInSuggestions, counterIn, MESSAGES_MAX, type Draft } from "./message-body.ts";
import { useSendWords } from "../../words/send/use-send-words.ts";

export interface MessageFieldsProps {
  draft: Draft;
  change: (change: Partial<Draft>) => void;
  types: readonly { type: string; endpoint: string | null }[];
  sets: readonly DescriptorSet[];
}

function valueTypesOf(sets: readonly DescriptorSet[]): Suggestion[] {
  const uploaded = sets.flatMap((set) =>
    set.types.map((type) => ({ value: type.includes("/") ? type : `type.googleapis.com/${type}`, detail: set.name })),
  );
  return [...builtInSuggestions, ...uploaded];
}

export function MessageFields({ draft, change, types, sets }: MessageFieldsProps): ReactElement {
  const words = useSendWords();
  const unserved = types.find((row) => row.type === draft.type)?.endpoint === null;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label={words.fields.type} hint={unserved ? words.fields.unserved : undefined}>
        {(control) => (
          <Combobox
            {...control}
            mono
            placeholder="namespace/name"
            value={draft.type}
            onChange={(type) => change({ type })}
            suggestions={types.map((row) => ({
              value: row.type,
              detail: row.endpoint === null ? words.fields.noEndpoint : undefined,
            }))}
          />
        )}
      </Field>
      <Field label={words.fields.id}>
        {(control) => (
          <Input {...control} mono placeholder="bob" value={draft.id} onChange={(event) => change({ id: event.target.value })} />
        )}
      </Field>
      <Field label={words.fields.valueType}>
        {(control) => (
          <Combobox
            {...control}
            mono
            value={draft.valueType}
            onChange={(valueType) => change({ valueType })}
            suggestions={valueTypesOf(sets)}
          />
        )}
      </Field>
      <HowMany draft={draft} change={change} />
    </div>
  );
}

function HowMany({ draft, change }: Pick<MessageFieldsProps, "draft" | "change">): ReactElement {
  const words = useSendWords();
  const counter = counterIn(draft);
  return (
    <NumberField
      label={words.fields.howMany}
      hint={
        draft.count > 1 && counter === null ? (
          <>
            {words.fields.same} <code>{"{n}"}</code> {words.fields.becomes(draft.count)}
          </>
        ) : draft.count > 1 && counter !== null ? (
          <>
            <code>{"{n}"}</code> {words.fields.becomesIn[counter](draft.count)}
          </>
        ) : undefined
      }
      max={MESSAGES_MAX}
      value={draft.count}
      onChange={(count) => change({ count })}
    />
  );
}
