import { NativeSelect, TextInput } from '@mantine/core';
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/cloudflare';
import { Form, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { type ApiToken, createToken, listTokens, revokeToken } from '~/api/admin.server';
import { apiOf } from '~/api/client.server';
import type { Outcome } from '~/api/problem';
import { useAnswer } from '~/live/use-answer';
import { filled, readForm, UNKNOWN_INTENT } from '~/server/form.server';
import { CopyField } from '~/ui/copy';
import { type Column, DataTable } from '~/ui/data-table';
import { ActionButton, Fields, Submit } from '~/ui/forms';
import { type ActionAnswer, AnswerNotice } from '~/ui/notice';
import { Empty, Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { Ago, Until } from '~/ui/time';
import { words } from '~/ui/words';
import { ROLE_CHOICES, ROLES } from './roles';
import { SettingsHeader } from './settings-tabs';

export const meta: MetaFunction = () => [{ title: 'API tokens · Postern' }];

const DAY_MS = 86_400_000;
const LIFETIMES = ['30', '90', '365', 'never'] as const;

export async function loader(args: LoaderFunctionArgs) {
  return { tokens: await listTokens(await apiOf(args)) };
}

const newToken = z.object({
  name: filled('Say what it is for', 100),
  role: z.enum(ROLES, { error: 'Choose a role' }),
  lifetime: z.enum(LIFETIMES, { error: 'Choose how long it lives' }),
});

export async function action(args: ActionFunctionArgs) {
  const api = await apiOf(args);
  const form = await args.request.formData();
  switch (form.get('intent')) {
    case 'create': {
      const read = readForm(form, newToken);
      if (!read.ok) return respond(read, '', null);
      const { lifetime, ...token } = read.value;
      const expiresAt = lifetime === 'never' ? null : new Date(Date.now() + Number(lifetime) * DAY_MS).toISOString();
      const made = await createToken(api, expiresAt === null ? token : { ...token, expiresAt });
      return respond(made, 'The token is made.', made.ok ? made.value.token : null);
    }
    case 'revoke':
      return respond(await revokeToken(api, String(form.get('id') ?? '')), 'Revoked: it no longer works.', null);
    default:
      return respond({ ok: false, problem: UNKNOWN_INTENT }, '', null);
  }
}

function respond(outcome: Outcome<unknown>, message: string, token: string | null) {
  const answer: ActionAnswer = outcome.ok ? { ok: true, message } : { ok: false, problem: outcome.problem };
  return data({ answer, token }, outcome.ok ? {} : { status: outcome.problem.status });
}

export default function Tokens() {
  const { tokens } = useLoaderData<typeof loader>();
  const result = useAnswer<typeof action>();
  const answer = result?.answer;
  const errors = answer === undefined || answer.ok ? {} : answer.problem.fields;
  return (
    <>
      <SettingsHeader />
      <AnswerNotice answer={answer} />
      <div className="stack">
        {result?.token ? (
          <Panel title="New token" hint="Shown this once. Copy it now.">
            <CopyField label="API token" value={result.token} secret />
          </Panel>
        ) : null}
        <Panel flush>
          {tokens.length === 0 ? (
            <Empty title="No API tokens">
              Programs call the API with a token of their own, in the role you give it.
            </Empty>
          ) : (
            <DataTable caption="API tokens" rows={tokens} columns={COLUMNS} />
          )}
        </Panel>
        <Panel title="Make a token">
          <Form method="post" key={result?.token ?? 'form'}>
            <Fields>
              <TextInput label="What it is for" name="name" autoComplete="off" maxLength={100} error={errors.name} />
              <NativeSelect label="Role" name="role" defaultValue="viewer" data={ROLE_CHOICES} error={errors.role} />
              <NativeSelect
                label="Lives for"
                name="lifetime"
                defaultValue="90"
                data={LIFETIMES.map((value) => ({
                  value,
                  label: value === 'never' ? 'Until it is revoked' : `${value} days`,
                }))}
                error={errors.lifetime ?? errors.expiresAt}
              />
              <div>
                <Submit intent="create">Make token</Submit>
              </div>
            </Fields>
          </Form>
        </Panel>
      </div>
    </>
  );
}

const COLUMNS: Column<ApiToken>[] = [
  { key: 'name', header: 'Name', narrow: 'title', cell: (token) => <strong>{token.name}</strong> },
  { key: 'role', header: 'Role', narrow: 'bare', cell: (token) => words(token.role) },
  {
    key: 'status',
    header: 'Status',
    narrow: 'bare',
    cell: (token) => <StatusTag status={token.revokedAt === null ? 'active' : 'revoked'} />,
  },
  { key: 'used', header: 'Last used', cell: (token) => <Ago at={token.lastUsedAt} /> },
  {
    key: 'expires',
    header: 'Expires',
    cell: (token) => (token.expiresAt === null ? 'never' : <Until at={token.expiresAt} />),
  },
  { key: 'created', header: 'Made', align: 'right', cell: (token) => <Ago at={token.createdAt} /> },
  {
    key: 'actions',
    header: <span className="spoken">Actions</span>,
    align: 'right',
    narrow: 'bare',
    cell: (token) =>
      token.revokedAt === null ? (
        <ActionButton intent="revoke" about={token.id} size="compact-xs" variant="default">
          Revoke
        </ActionButton>
      ) : null,
  },
];
