/**
 * People: who may sign in and with which roles, the sessions that are open, the tokens of programs, the secrets of modules, and what was erased. Whoever is no admin sees their own sessions and
 * tokens, and reads why the rest is not for them.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useState, type ReactElement } from "react";
import { counted } from "../../format/numbers.ts";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { grantsText } from "../../identity/grants-text.ts";
import { MayButton } from "../../identity/may-button.tsx";
import { useMay } from "../../identity/use-may.ts";
import { useMe } from "../../identity/use-me.ts";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { PersonRow, SessionRow, TokenRow } from "../../trpc/views.ts";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView, type QueryLike } from "../../ui/feedback/query-view.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import { ErasuresTab } from "../erasures/erasures-tab.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { PersonInspector } from "./person-inspector.tsx";
import { SecretDialog } from "./secret-dialog.tsx";
import { SecretsTab } from "./secrets-tab.tsx";
import { SessionList } from "./session-list.tsx";
import { TokenDialog } from "./token-dialog.tsx";
import { TokensTable } from "./tokens-table.tsx";

const tabs = ["people", "tokens", "sessions", "secrets", "erasures"] as const;

type Asked = "invite" | "token" | "secret";

const columns: readonly Column<PersonRow>[] = [
  { key: "who", header: "Who", width: "180px", sort: ({ name }) => name, cell: ({ name }) => <span className="font-medium">{name}</span> },
  { key: "may", header: "Roles", cell: ({ grants }) => grantsText(grants) },
  {
    key: "by",
    header: "Signs in by",
    width: "150px",
    wideOnly: "medium",
    cell: ({ signsInBy, disabledMs }) => (disabledMs === null ? signsInBy.join(", ") || "nothing yet" : "kept out"),
  },
  { key: "sessions", header: "Sessions", width: "84px", align: "right", mono: true, wideOnly: true, cell: ({ sessions }) => sessions },
  {
    key: "seen",
    header: "Seen",
    width: "120px",
    align: "right",
    cell: ({ seenMs }) => (seenMs === null ? "never" : <Ago atMs={seenMs} />),
  },
];

export function PeoplePage(): ReactElement {
  const trpc = useTRPC();
  const me = useMe();
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(tabs).withDefault("people"));
  const [chosen, setChosen] = useQueryState("person", parseAsString);
  const [dialog, setDialog] = useState<Asked | null>(null);
  const denied = useMay("people.list");
  // Where nobody can say who asks, the gateway's refusal is shown instead of a page that loads for ever.
  const isNobodyTold = useQuery(trpc.people.me.queryOptions()).isError;
  const people = useQuery(trpc.people.list.queryOptions(undefined, { enabled: (me !== undefined || isNobodyTold) && denied === null }));
  const isSelf = me !== undefined && (me.kind === "person" || me.kind === "token");
  const sessions = useQuery(trpc.sessions.list.queryOptions(undefined, { enabled: isSelf }));
  const tokens = useQuery(trpc.tokens.list.queryOptions(undefined, { enabled: isSelf }));
  const first = me?.because === "off";
  const person = people.data?.find(({ id }) => id === chosen);
  return (
    <>
      <PageHeader
        title="People"
        note={noteOf(me, people.data?.length)}
        actions={<PeopleActions tab={tab} first={first} onAsk={setDialog} />}
      />
      <PageBody>
        <Tabs
          label="People, tokens, sessions, secrets and erasures"
          inset
          value={tab}
          onChange={(next) => void setTab(next)}
          tabs={[
            {
              value: "people",
              label: "People",
              count: people.data?.length,
              content: <PeopleTab people={people} denied={denied} chosen={chosen} onChoose={(id) => void setChosen(id)} />,
            },
            { value: "tokens", label: "Tokens", count: tokens.data?.length, content: <TokensTab tokens={tokens} /> },
            { value: "sessions", label: "Sessions", count: sessions.data?.length, content: <SessionsTab sessions={sessions} /> },
            { value: "secrets", label: "Secrets", content: <SecretsTab /> },
            { value: "erasures", label: "Erasures", content: <ErasuresTab /> },
          ]}
        />
      </PageBody>
      {person === undefined ? null : (
        <PersonInspector
          key={person.id}
          person={person}
          sessions={sessions.data?.filter((session) => session.person === person.name) ?? []}
          onClose={() => void setChosen(null)}
        />
      )}
      {dialog === "invite" ? <InviteDialog first={first} onClose={() => setDialog(null)} /> : null}
      {dialog === "secret" ? <SecretDialog name="" onClose={() => setDialog(null)} /> : null}
      {dialog === "token" ? <TokenDialog onClose={() => setDialog(null)} /> : null}
    </>
  );
}

interface PeopleActionsProps {
  readonly tab: (typeof tabs)[number];
  readonly first: boolean;
  readonly onAsk: (dialog: Asked) => void;
}

function PeopleActions({ tab, first, onAsk }: PeopleActionsProps): ReactElement {
  const [, setErase] = useQueryState("erase", parseAsString);
  return (
    <>
      {tab === "secrets" ? (
        <MayButton operation="secrets.put" action="Set a secret…" onClick={() => onAsk("secret")}>
          Set a secret…
        </MayButton>
      ) : null}
      {tab === "erasures" ? (
        <CapabilityButton needs="erasure" operation="erasures.erase" action="Erase an entity…" onClick={() => void setErase("")}>
          Erase…
        </CapabilityButton>
      ) : null}
      <MayButton operation="tokens.create" action="Make a token…" onClick={() => onAsk("token")}>
        Make a token…
      </MayButton>
      <MayButton
        operation="people.invite"
        action={first ? "Turn on sign-in…" : "Invite a person…"}
        tone="primary"
        onClick={() => onAsk("invite")}
      >
        {first ? "Turn on sign-in…" : "Invite…"}
      </MayButton>
    </>
  );
}

interface PeopleTabProps {
  readonly people: QueryLike<PersonRow[]>;
  readonly denied: string | null;
  readonly chosen: string | null;
  readonly onChoose: (id: string) => void;
}

function PeopleTab({ people, denied, chosen, onChoose }: PeopleTabProps): ReactElement {
  if (denied !== null) return <EmptyState title="Who else may sign in is for admins">{denied}</EmptyState>;
  return (
    <QueryView query={people} what="People" empty={{ when: (rows) => rows.length === 0, view: <Nobody /> }}>
      {(rows) => (
        <DataTable
          label="People, by name"
          rows={rows}
          columns={columns}
          rowKey={({ id }) => id}
          selected={chosen}
          onSelect={({ id }) => onChoose(id)}
        />
      )}
    </QueryView>
  );
}

function TokensTab({ tokens }: { tokens: QueryLike<TokenRow[]> }): ReactElement {
  return (
    <QueryView query={tokens} what="Tokens" empty={{ when: (rows) => rows.length === 0, view: <NoTokens /> }}>
      {(rows) => <TokensTable tokens={rows} />}
    </QueryView>
  );
}

function SessionsTab({ sessions }: { sessions: QueryLike<SessionRow[]> }): ReactElement {
  return (
    <QueryView query={sessions} what="Sessions">
      {(rows) => (
        <div className="max-w-[760px] px-4 py-3">
          <SessionList sessions={rows} />
        </div>
      )}
    </QueryView>
  );
}

const reasons = {
  "off-loopback": "everybody has to sign in: other machines reach this gateway",
  setting: "everybody has to sign in: SIGNALBOX_LOGIN says so",
  people: "everybody has to sign in: an admin has a password",
  off: "nobody has to sign in: only this machine reaches the gateway",
} as const;

function noteOf(me: ReturnType<typeof useMe>, count: number | undefined): string | undefined {
  if (me === undefined) return undefined;
  const why = reasons[me.because];
  return count === undefined || count === 0 ? why : `${counted(count, "person", "people")}; ${why}`;
}

function Nobody(): ReactElement {
  return (
    <EmptyState title="Nobody is here yet">
      Whoever reaches this machine may do everything. Turn on sign-in to give each person their own name and roles; the audit then says who
      it was.
    </EmptyState>
  );
}

function NoTokens(): ReactElement {
  return <EmptyState title="No tokens">A program names itself by a token: with roles, or good for one ingress alone.</EmptyState>;
}
