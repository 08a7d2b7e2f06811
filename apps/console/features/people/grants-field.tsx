/** GrantsField: roles by namespace, one a row. */
"use client";
import { Plus, X } from "lucide-react";
import type { ReactElement } from "react";
import type { Grant, Role } from "../../trpc/views.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Checkbox, Input } from "../../ui/form/field.tsx";
import { Select } from "../../ui/form/select.tsx";

const roles: readonly { value: Role; label: string; detail: string }[] = [
  { value: "viewer", label: "viewer", detail: "looks" },
  { value: "sender", label: "sender", detail: "and sends" },
  { value: "operator", label: "operator", detail: "and acts on entities" },
  { value: "admin", label: "admin", detail: "and changes what is declared" },
];

export function GrantsField({ value, onChange }: { value: readonly Grant[]; onChange: (grants: Grant[]) => void }): ReactElement {
  const put = (at: number, grant: Grant): void => onChange(value.map((one, index) => (index === at ? grant : one)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-[12px] text-quiet">Roles, each in a namespace of functions, or in all of them (*)</legend>
      {value.map((grant, at) => (
        <div key={at} className="flex items-center gap-2">
          <Select
            className="max-w-[150px]"
            label="Role"
            value={grant.role}
            options={roles}
            onChange={(role) => put(at, { ...grant, role })}
          />
          <span className="text-[12px] text-quiet">in</span>
          <Input
            mono
            aria-label="Namespace"
            required
            value={grant.namespace}
            onChange={({ currentTarget }) => put(at, { ...grant, namespace: currentTarget.value.trim() })}
          />
          {grant.role === "admin" ? null : (
            <Checkbox
              className="shrink-0 text-[12px]"
              label="unmasks"
              title="May have masked values shown, with a reason; admins may anyway"
              checked={grant.unmask === true}
              onChange={({ currentTarget: { checked } }) =>
                put(at, { role: grant.role, namespace: grant.namespace, ...(checked ? { unmask: true } : {}) })
              }
            />
          )}
          <IconButton label="Take this role away" size="small" onClick={() => onChange(value.filter((_one, index) => index !== at))}>
            <X aria-hidden className="size-3.5" />
          </IconButton>
        </div>
      ))}
      <Button size="small" className="self-start" onClick={() => onChange([...value, { role: "viewer", namespace: "*" }])}>
        <Plus aria-hidden className="size-3.5" /> Another role
      </Button>
    </fieldset>
  );
}
