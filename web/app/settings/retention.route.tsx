import { TextInput } from '@mantine/core';
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Form, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { apiOf } from '~/api/client.server';
import { getSettings, type Settings, updateSettings } from '~/api/settings.server';
import { useAnswer } from '~/live/use-answer';
import { answer } from '~/server/answer.server';
import { readForm } from '~/server/form.server';
import { useSession } from '~/shell/session';
import { Fields, Submit } from '~/ui/forms';
import { AnswerNotice } from '~/ui/notice';
import { Facts, Panel } from '~/ui/page';
import { plural } from '~/ui/words';
import { SettingsHeader } from './settings-tabs';

export const meta: MetaFunction = () => [{ title: 'Retention · Postern' }];

const MAX_DAYS = 365;

const KINDS: { name: keyof Settings; label: string; least: number; does: string }[] = [
  {
    name: 'eventRetentionDays',
    label: 'Events',
    least: 1,
    does: 'Every event but sign-ons to apps: the evidence behind issues and history.',
  },
  {
    name: 'signOnRetentionDays',
    label: 'Single sign-ons',
    least: 0,
    does: 'Each sign-on to an app as an event. With 0 none is stored: they only count into the daily usage, and the completeness of sources leaves them out. Those that failed are kept as other events.',
  },
  {
    name: 'usageRetentionDays',
    label: 'Daily usage',
    least: 1,
    does: 'Sign-ons by account, app and day: when an app was last used, by whom and how often.',
  },
];

export async function loader(args: LoaderFunctionArgs) {
  return { settings: await getSettings(await apiOf(args)) };
}

const days = (least: number) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,3}$/, 'A whole number of days')
    .transform(Number)
    .refine((value) => value >= least && value <= MAX_DAYS, `${least} to ${MAX_DAYS} days`);

const form = z.object({
  eventRetentionDays: days(1),
  signOnRetentionDays: days(0),
  usageRetentionDays: days(1),
});

export async function action(args: ActionFunctionArgs) {
  const api = await apiOf(args);
  const read = readForm(await args.request.formData(), form);
  if (!read.ok) return answer(read, '');
  return answer(await updateSettings(api, read.value), 'Saved. It holds everywhere within a minute.');
}

export default function Retention() {
  const { settings } = useLoaderData<typeof loader>();
  const { can } = useSession();
  const result = useAnswer<typeof action>();
  const errors = result === undefined || result.ok ? {} : result.problem.fields;
  return (
    <>
      <SettingsHeader />
      <AnswerNotice answer={result} />
      <div className="stack">
        {can('tenant:manage') ? (
          <Panel title="Retention" hint="What a shorter time no longer keeps goes for good with the next nightly run.">
            <Form method="post">
              <Fields>
                {KINDS.map(({ name, label, least, does }) => (
                  <TextInput
                    key={`${name}-${settings[name]}`}
                    type="number"
                    name={name}
                    label={`${label}, days`}
                    description={does}
                    defaultValue={settings[name]}
                    min={least}
                    max={MAX_DAYS}
                    step={1}
                    error={errors[name]}
                  />
                ))}
                <div>
                  <Submit intent="retention">Save</Submit>
                </div>
              </Fields>
            </Form>
          </Panel>
        ) : (
          <Panel title="Retention" hint="A super admin may change it.">
            <Facts facts={KINDS.map(({ name, label }) => ({ label, value: kept(name, settings[name]) }))} />
          </Panel>
        )}
      </div>
    </>
  );
}

function kept(name: keyof Settings, value: number): string {
  return name === 'signOnRetentionDays' && value === 0 ? 'Only counted' : plural(value, 'day');
}
