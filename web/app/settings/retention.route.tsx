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

const MIN_HISTORY_DAYS = 90;
const MAX_HISTORY_DAYS = 3650;

const KINDS: { name: keyof Settings; label: string; least: number; most?: number; does: string }[] = [
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
  {
    name: 'historyRetentionDays',
    label: 'History of the graph',
    least: MIN_HISTORY_DAYS,
    most: MAX_HISTORY_DAYS,
    does: 'Who had what, and through what, on a day in the past: so far back such questions reach. What ended before goes within a week after.',
  },
];

export async function loader(args: LoaderFunctionArgs) {
  return { settings: await getSettings(await apiOf(args)) };
}

const days = (least: number, most = MAX_DAYS) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,4}$/, 'A whole number of days')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `${least} to ${most} days`);

const form = z.object({
  eventRetentionDays: days(1),
  signOnRetentionDays: days(0),
  usageRetentionDays: days(1),
  historyRetentionDays: days(MIN_HISTORY_DAYS, MAX_HISTORY_DAYS),
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
                {KINDS.map(({ name, label, least, most = MAX_DAYS, does }) => (
                  <TextInput
                    key={`${name}-${settings[name]}`}
                    type="number"
                    name={name}
                    label={`${label}, days`}
                    description={does}
                    defaultValue={settings[name]}
                    min={least}
                    max={most}
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
