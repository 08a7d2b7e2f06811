/** GrantsField: roles by namespace, one a row. */
"use client";
import { Plus, X } from "lucide-react";
import type { ReactElement } from "react";
import type { Grant, Role } from "../../trpc/views.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Checkbox, Input } from "../../ui/form/field.tsx";
import { Select } from "../../ui/form/select.tsx";
import { usePeopleWords } from "../../words/people/use-people-words.ts";

const roles = ["viewer", "sender", "operator", "admin"] as const satisfies readonly Role[];

export function GrantsField({ value, onChange }: { value: readonly Grant[]; onChange: (grants: Grant[]) => void }): ReactElement {
  const words = usePeopleWords();
  const put = (at: number, grant: Grant): void => onChange(value.map((one, index) => (index === at ? grant : one)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-[12px] text-quiet">{words.roles.legend}</legend>
      {value.map((grant, at) => (
        <div key={at} className="flex items-center gap-2">
          <Select
            className="max-w-[150px]"
            label={words.roles.role}
            value={grant.role}
            options={roles.map((role) => ({ value: role, label: role, detail: words.roles[role] }))}
            onChange={(role) => put(at, { ...grant, role })}
          />
          <span className="text-[12px] text-quiet">{words.roles.in}</span>
          <Input
            mono
            aria-label={words.roles.namespace}
            required
            value={grant.namespace}
            onChange={({ currentTarget }) => put(at, { ...grant, namespace: currentTarget.value.trim() })}
          />
          {grant.role === "admin" ? null : (
            <Checkbox
              className="shrink-0 text-[12px]"
              label={words.roles.unmasks}
              title={words.roles.unmasksTitle}
              checked={grant.unmask === true}
              onChange={({ currentTarget: { checked } }) =>
                put(at, { role: grant.role, namespace: grant.namespace, ...(checked ? { unmask: true } : {}) })
              }
            />
          )}
          <IconButton label={words.roles.takeAway} size="small" onClick={() => onChange(value.filter((_one, index) => index !== at))}>
            <X aria-hidden className="size-3.5" />
          </IconButton>
        </div>
      ))}
      <Button size="small" className="self-start" onClick={() => onChange([...value, { role: "viewer", namespace: "*" }])}>
        <Plus aria-hidden className="size-3.5" /> {words.roles.another}
      </Button>
    </fieldset>
  );
}
