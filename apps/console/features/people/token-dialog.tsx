/**
 * TokenDialog: makes a token for a program, or registers a machine that shows a client certificate instead: its roles, or one ingress
 * alone, and when it ends. Then it shows the token, once.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement, type ReactNode } from "react";
import { useTRPC } from "../../trpc/context.tsx";
import type { Grant } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { Select } from "../../ui/form/select.tsx";
import { GrantsField } from "./grants-field.tsx";
import { SecretOnce } from "./secret-once.tsx";
import { usePeopleWords } from "../../words/people/use-people-words.ts";

/** The lengths in days. */
const ends = { "7": "week", "30": "month", "90": "quarter", "365": "year", never: "never" } as const;
type End = keyof typeof ends;
const endValues = ["7", "30", "90", "365", "never"] as const satisfies readonly End[];

type Shows = "token" | "certificate";

export function TokenDialog({ onClose }: { onClose: () => void }): ReactElement {
  const words = usePeopleWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [shows, setShows] = useState<Shows>("token");
  const [certificate, setCertificate] = useState("CN=");
  const [kind, setKind] = useState<Kind>("roles");
  const [grants, setGrants] = useState<Grant[]>([{ role: "sender", namespace: "*" }]);
  const [ingress, setIngress] = useState("http");
  const [end, setEnd] = useState<End>("90");
  const create = useMutation(
    trpc.tokens.create.mutationOptions({ onSettled: () => queryClient.invalidateQueries(trpc.tokens.list.queryFilter()) }),
  );
  const made = create.data;
  function make(): void {
    const expiresInDays = end === "never" ? null : Number(end);
    const shown = shows === "token" ? {} : { certificate: certificate.trim() };
    create.mutate({ name: name.trim(), expiresInDays, ...shown, ...(kind === "roles" ? { grants } : { ingress }) });
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={words.token.make}
      description={words.token.about}
      footer={
        made === undefined ? (
          <Button tone="primary" disabled={name.trim() === ""} pending={create.isPending} onClick={make}>
            {words.token.makeIt}
          </Button>
        ) : (
          <Button onClick={onClose}>{words.invite.done}</Button>
        )
      }
    >
      {made === undefined ? (
        <div className="flex flex-col gap-4">
          <Field label={words.invite.name} hint={words.token.nameHint}>
            {(control) => <Input {...control} autoFocus value={name} onChange={({ currentTarget }) => setName(currentTarget.value)} />}
          </Field>
          <ShownField shows={shows} onShows={setShows} certificate={certificate} onCertificate={setCertificate} />
          <GoodFor kind={kind} onKind={setKind} ingress={ingress} onIngress={setIngress}>
            <GrantsField value={grants} onChange={setGrants} />
          </GoodFor>
          <Field label={words.token.endsLabel}>
            {({ id }) => (
              <Select
                id={id}
                value={end}
                options={endValues.map((value) => ({ value, label: words.token.ends[ends[value]] }))}
                onChange={setEnd}
              />
            )}
          </Field>
          {create.error === null ? null : <ErrorState inline error={create.error} />}
        </div>
      ) : (
        <Made token={made.token} name={name} certificate={certificate} />
      )}
    </Dialog>
  );
}

type Kind = "roles" | "ingress";

interface GoodForProps {
  kind: Kind;
  onKind: (kind: Kind) => void;
  ingress: string;
  onIngress: (id: string) => void;
  /** What the roles allow. */
  children: ReactNode;
}

function GoodFor({ kind, onKind, ingress, onIngress, children }: GoodForProps): ReactElement {
  const words = usePeopleWords();
  return (
    <>
      <Segmented
        label={words.token.goodFor}
        value={kind}
        onChange={onKind}
        options={[
          { value: "roles", label: words.columns.roles },
          { value: "ingress", label: words.token.oneIngress },
        ]}
      />
      {kind === "roles" ? (
        children
      ) : (
        <Field label={words.token.ingress} hint={words.token.ingressHint}>
          {(control) => <Input {...control} mono value={ingress} onChange={({ currentTarget }) => onIngress(currentTarget.value)} />}
        </Field>
      )}
    </>
  );
}

interface ShownFieldProps {
  shows: Shows;
  onShows: (shows: Shows) => void;
  certificate: string;
  onCertificate: (name: string) => void;
}

function ShownField({ shows, onShows, certificate, onCertificate }: ShownFieldProps): ReactElement {
  const words = usePeopleWords();

  return (
    <>
      <Segmented
        label={words.token.shows}
        value={shows}
        onChange={onShows}
        options={[
          { value: "token", label: words.token.aToken },
          { value: "certificate", label: words.token.aCertificate },
        ]}
      />
      {shows === "token" ? null : (
        <Field label={words.token.certificateName} hint={words.token.hint}>
          {(control) => (
            <Input {...control} mono value={certificate} onChange={({ currentTarget }) => onCertificate(currentTarget.value)} />
          )}
        </Field>
      )}
    </>
  );
}

/** A machine that shows its certificate has nothing to copy. */
function Made({ token, name, certificate }: { token: string | null; name: string; certificate: string }): ReactElement {
  const words = usePeopleWords();
  if (token !== null) return <SecretOnce text={token} note={words.token.made(name)} />;
  return (
    <p>
      {words.token.whoever} <span className="font-mono">{certificate}</span> {words.token.isNow(name)}
    </p>
  );
}
