/** TokenDialog: a token for a program, or a machine that shows a client certificate instead: roles, or one ingress alone, and when it ends. Then the token, once. */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
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

const ends = [
  { value: "7", label: "in 7 days" },
  { value: "30", label: "in 30 days" },
  { value: "90", label: "in 90 days" },
  { value: "365", label: "in a year" },
  { value: "never", label: "never" },
] as const;

type Shows = "token" | "certificate";

export function TokenDialog({ onClose }: { onClose: () => void }): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [shows, setShows] = useState<Shows>("token");
  const [certificate, setCertificate] = useState("CN=");
  const [kind, setKind] = useState<"roles" | "ingress">("roles");
  const [grants, setGrants] = useState<Grant[]>([{ role: "sender", namespace: "*" }]);
  const [ingress, setIngress] = useState("http");
  const [end, setEnd] = useState<(typeof ends)[number]["value"]>("90");
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
      title="Make a token"
      description="For programs: Authorization: Bearer sb_… over HTTP, metadata authorization over gRPC. It may no more than you."
      footer={
        made === undefined ? (
          <Button tone="primary" disabled={name.trim() === ""} pending={create.isPending} onClick={make}>
            Make it
          </Button>
        ) : (
          <Button onClick={onClose}>Done</Button>
        )
      }
    >
      {made === undefined ? (
        <div className="flex flex-col gap-4">
          <Field label="Name" hint="What uses it: ci-deploy, checkout-web.">
            {(control) => <Input {...control} autoFocus value={name} onChange={({ currentTarget }) => setName(currentTarget.value)} />}
          </Field>
          <ShownField shows={shows} onShows={setShows} certificate={certificate} onCertificate={setCertificate} />
          <Segmented
            label="Good for"
            value={kind}
            onChange={setKind}
            options={[
              { value: "roles", label: "Roles" },
              { value: "ingress", label: "One ingress" },
            ]}
          />
          {kind === "roles" ? (
            <GrantsField value={grants} onChange={setGrants} />
          ) : (
            <Field label="Ingress" hint="http, grpc, or the id of an ingress that a module declares.">
              {(control) => <Input {...control} mono value={ingress} onChange={({ currentTarget }) => setIngress(currentTarget.value)} />}
            </Field>
          )}
          <Field label="Ends">{({ id }) => <Select id={id} value={end} options={ends} onChange={setEnd} />}</Field>
          {create.error === null ? null : <ErrorState inline error={create.error} />}
        </div>
      ) : (
        <Made token={made.token} name={name} certificate={certificate} />
      )}
    </Dialog>
  );
}

interface ShownFieldProps {
  shows: Shows;
  onShows: (shows: Shows) => void;
  certificate: string;
  onCertificate: (name: string) => void;
}

function ShownField({ shows, onShows, certificate, onCertificate }: ShownFieldProps): ReactElement {
  const hint = "CN=robot, DNS:robot.example.com, URI:spiffe://… or email:…; SIGNALBOX_TLS_CLIENT_CA names who vouches.";
  return (
    <>
      <Segmented
        label="It shows"
        value={shows}
        onChange={onShows}
        options={[
          { value: "token", label: "A token" },
          { value: "certificate", label: "A client certificate" },
        ]}
      />
      {shows === "token" ? null : (
        <Field label="Name in the certificate" hint={hint}>
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
  if (token !== null) return <SecretOnce text={token} note={`The token ${name}:`} />;
  return (
    <p>
      Whoever connects with a certificate for <span className="font-mono">{certificate}</span> is {name} from now on.
    </p>
  );
}
