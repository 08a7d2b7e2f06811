/**
 * People: who may sign in and with which roles, the open sessions, the tokens of programs, the secrets of modules, and what was erased. A
 * person who is no admin sees their own sessions and tokens, and reads why the rest is not shown.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useState, type ReactElement } from "react";
import type { MayWords } from "../../words/may/en.ts";
import { useMayWords } from "../../words/may/use-may-words.ts";
import type { PeopleWords } from "../../words/people/en.ts";
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
import { usePeopleWords } from "../../words/people/use-people-words.ts";

const tabs = ["people", "tokens", "sessions", "secrets", "erasures"] as const;

type Asked = "invite" | "token" | "secret";

const columnsOf = (words: PeopleWords, may: MayWords): readonly Column<PersonRow>[] => [
  {
    key: "who",
    header: words.columns.who,
    width: "180px",
    sort: ({ name }) => name,
    cell: ({ name }) => <span className="font-medium">{name}</span>,
  },
  { key: "may", header: words.columns.roles, cell: ({ grants }) => grantsText(grants, may) },
  {
    key: "by",
    header: words.columns.by,
    width: "150px",
    wideOnly: "medium",
    cell: ({ signsInBy, disabledMs }) => (disabledMs === null ? signsInBy.join(", ") || words.nothingYet : words.keptOut),
  },
  {
    key: "sessions",
    header: words.columns.sessions,
    width: "84px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: ({ sessions }) => sessions,
  },
  {
    key: "seen",
    header: words.columns.seen,
    width: "120px",
    align: "right",
    cell: ({ seenMs }) => (seenMs === null ? words.never : <Ago atMs={seenMs} />),
  },
];

export function PeoplePage(): ReactElement {
  const words = usePeopleWords();
  const trpc = useTRPC();
  const me = useMe();
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(tabs).withDefault("people"));
  const [chosen, setChosen] = useQueryState("person", parseAsString);
  const [dialog, setDialog] = useState<Asked | null>(null);
  const denied = useMay("people.list");
  // When the gateway cannot say who asks, its refusal is shown instead of a page that loads for ever.
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
        title={words.tabs.people}
        note={noteOf(me, people.data?.length, words)}
        actions={<PeopleActions tab={tab} first={first} onAsk={setDialog} />}
      />
      <PageBody>
        <Tabs
          label={words.tabs.all}
          inset
          value={tab}
          onChange={(next) => void setTab(next)}
          tabs={[
            {
              value: "people",
              label: words.tabs.people,
              count: people.data?.length,
              content: <PeopleTab people={people} denied={denied} chosen={chosen} onChoose={(id) => void setChosen(id)} />,
            },
            { value: "tokens", label: words.tabs.tokens, count: tokens.data?.length, content: <TokensTab tokens={tokens} /> },
            {
              value: "sessions",
              label: words.columns.sessions,
              count: sessions.data?.length,
              content: <SessionsTab sessions={sessions} />,
            },
            { value: "secrets", label: words.tabs.secrets, content: <SecretsTab /> },
            { value: "erasures", label: words.tabs.erasures, content: <ErasuresTab /> },
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
  const words = usePeopleWords();
  const [, setErase] = useQueryState("erase", parseAsString);
  return (
    <>
      {tab === "secrets" ? (
        <MayButton operation="secrets.put" action={words.acts.setSecret} onClick={() => onAsk("secret")}>
          {words.acts.setSecret}
        </MayButton>
      ) : null}
      {tab === "erasures" ? (
        <CapabilityButton needs="erasure" operation="erasures.erase" action={words.acts.eraseEntity} onClick={() => void setErase("")}>
          {words.acts.erase}
        </CapabilityButton>
      ) : null}
      <MayButton operation="tokens.create" action={words.acts.makeToken} onClick={() => onAsk("token")}>
        {words.acts.makeToken}
      </MayButton>
      <MayButton
        operation="people.invite"
        action={first ? words.acts.turnOn : words.acts.invitePerson}
        tone="primary"
        onClick={() => onAsk("invite")}
      >
        {first ? words.acts.turnOn : words.acts.invite}
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
  const may = useMayWords();
  const words = usePeopleWords();
  if (denied !== null) return <EmptyState title={words.forAdmins}>{denied}</EmptyState>;
  return (
    <QueryView query={people} what={words.tabs.people} empty={{ when: (rows) => rows.length === 0, view: <Nobody /> }}>
      {(rows) => (
        <DataTable
          label={words.table}
          rows={rows}
          columns={columnsOf(words, may)}
          rowKey={({ id }) => id}
          selected={chosen}
          onSelect={({ id }) => onChoose(id)}
        />
      )}
    </QueryView>
  );
}

function TokensTab({ tokens }: { tokens: QueryLike<TokenRow[]> }): ReactElement {
  const words = usePeopleWords();
  return (
    <QueryView query={tokens} what={words.tabs.tokens} empty={{ when: (rows) => rows.length === 0, view: <NoTokens /> }}>
      {(rows) => <TokensTable tokens={rows} />}
    </QueryView>
  );
}

function SessionsTab({ sessions }: { sessions: QueryLike<SessionRow[]> }): ReactElement {
  const words = usePeopleWords();
  return (
    <QueryView query={sessions} what={words.columns.sessions}>
      {(rows) => (
        <div className="max-w-[760px] px-4 py-3">
          <SessionList sessions={rows} />
        </div>
      )}
    </QueryView>
  );
}

function noteOf(me: ReturnType<typeof useMe>, count: number | undefined, words: PeopleWords): string | undefined {
  if (me === undefined) return undefined;
  const why = words.reasons[me.because];
  return count === undefined || count === 0 ? why : `${words.count(count)}; ${why}`;
}

function Nobody(): ReactElement {
  const words = usePeopleWords();
  return <EmptyState title={words.nobody}>{words.nobodyAbout}</EmptyState>;
}

function NoTokens(): ReactElement {
  const words = usePeopleWords();
  return <EmptyState title={words.noTokens}>{words.noTokensAbout}</EmptyState>;
}
