import { TextInput } from '@mantine/core';
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Form, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { apiOf } from '~/api/client.server';
import { cancelShards, changeShards, getShards, getTenant, updateTenant } from '~/api/operator.server';
import { askHealth, askSources } from '~/api/sources.server';
import { useAnswer } from '~/live/use-answer';
import { answer } from '~/server/answer.server';
import { filled, readForm, UNKNOWN_INTENT } from '~/server/form.server';
import { paramOf } from '~/server/params.server';
import { ActionButton, Disclosure, Fields, Submit } from '~/ui/forms';
import { AnswerNotice } from '~/ui/notice';
import { Facts, PageHeader, Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { number } from '~/ui/words';
import { MAX_SHARDS, Shards } from './shards';
import { TenantSources } from './tenant-sources';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data?.tenant.name ?? 'Tenant'} · Postern` },
];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const id = paramOf(args, 'id');
  const [tenant, shards, states] = await Promise.all([getTenant(api, id), getShards(api, id), statesOf(args, id)]);
  return { tenant, shards, ...states };
}

/** Sources whose health is asked for one by one. */
const SHOWN_SOURCES = 10;

/** The rest of the page is shown without them. */
async function statesOf(args: LoaderFunctionArgs, id: string) {
  const inTenant = await apiOf(args, id);
  const sources = await askSources(inTenant);
  if (!sources.ok) return { states: null, more: 0 };
  const shown = sources.value.data.slice(0, SHOWN_SOURCES);
  const states = await Promise.all(
    shown.map(async (source) => {
      const health = await askHealth(inTenant, source.id);
      return { source, health: health.ok ? health.value : null };
    }),
  );
  return { states, more: sources.value.data.length - shown.length };
}

const nameForm = z.object({ name: filled('What is the customer called?', 100) });
const shardsForm = z.object({
  shards: z
    .string()
    .trim()
    .regex(/^\d{1,2}$/, 'A whole number')
    .transform(Number)
    .refine((value) => value >= 1 && value <= MAX_SHARDS, `1 to ${MAX_SHARDS}`),
});

export async function action(args: ActionFunctionArgs) {
  const api = await apiOf(args);
  const id = paramOf(args, 'id');
  const form = await args.request.formData();
  switch (form.get('intent')) {
    case 'rename': {
      const read = readForm(form, nameForm);
      return answer(read.ok ? await updateTenant(api, id, read.value) : read, 'Renamed.');
    }
    case 'suspend':
      return answer(
        await updateTenant(api, id, { status: 'suspended' }),
        'Suspended: its people and tokens are refused.',
      );
    case 'resume':
      return answer(await updateTenant(api, id, { status: 'active' }), 'Resumed.');
    case 'shards': {
      const read = readForm(form, shardsForm);
      return answer(
        read.ok ? await changeShards(api, id, read.value.shards) : read,
        'It begins within a minute. The graph is read and written all the while.',
      );
    }
    case 'cancel':
      return answer(await cancelShards(api, id), 'It ends within a minute. The graph stays on the shards it has.');
    default:
      return answer({ ok: false, problem: UNKNOWN_INTENT }, '');
  }
}

export default function TenantPage() {
  const { tenant, shards, states, more } = useLoaderData<typeof loader>();
  const result = useAnswer<typeof action>();
  const errors = result === undefined || result.ok ? {} : result.problem.fields;
  const active = tenant.status === 'active';
  return (
    <>
      <PageHeader
        title={tenant.name}
        parent={{ to: '/operate', label: 'Tenants' }}
        marks={<StatusTag status={tenant.status} />}
      />
      <AnswerNotice answer={result} />
      <div className="stack">
        <Panel>
          <Facts
            facts={[
              { label: 'Id', value: <span className="mono break">{tenant.id}</span> },
              { label: 'Created', value: <Ago at={tenant.createdAt} /> },
              ...(tenant.deletedAt === null ? [] : [{ label: 'Deleted', value: <Ago at={tenant.deletedAt} /> }]),
              { label: 'Sources', value: tenant.sources === 0 ? 'None connected' : number(tenant.sources) },
              { label: 'Users', value: number(tenant.users) },
              { label: 'Open issues', value: number(tenant.openIssues) },
            ]}
          />
        </Panel>
        <TenantSources states={states} more={more} />
        <Shards state={shards} error={errors.shards} />
        <Panel title="Rename">
          <Form method="post">
            <Fields>
              <TextInput
                label="Name"
                name="name"
                defaultValue={tenant.name}
                autoComplete="off"
                maxLength={100}
                error={errors.name}
              />
              <div>
                <Submit intent="rename" variant="default">
                  Save
                </Submit>
              </div>
            </Fields>
          </Form>
        </Panel>
        {active ? (
          <Panel title="Suspend" tone="danger">
            <p>
              Its people and tokens are refused and its sources are not polled, until it is resumed. Nothing is lost.
            </p>
            <Disclosure label="Suspend" tone="danger">
              <ActionButton intent="suspend" color="red">
                Suspend {tenant.name}
              </ActionButton>
            </Disclosure>
          </Panel>
        ) : (
          <Panel
            title={tenant.deletedAt === null ? 'Suspended' : 'Deleted'}
            hint="Its people and tokens are refused, and its sources are not polled."
          >
            {tenant.deletedAt === null ? null : (
              <p>
                Once its events would not be kept any longer, everything of it is erased. Until then, resuming it takes
                that back; its sessions, tokens and ingest secrets stay gone.
              </p>
            )}
            <ActionButton intent="resume">Resume {tenant.name}</ActionButton>
          </Panel>
        )}
      </div>
    </>
  );
}
