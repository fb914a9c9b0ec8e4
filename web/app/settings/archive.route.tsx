import { TextInput } from '@mantine/core';
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Form, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { askArchivedDays, changeArchiveSettings, getArchiveSettings } from '~/api/archive.server';
import { apiOf } from '~/api/client.server';
import { useAnswer } from '~/live/use-answer';
import { answer } from '~/server/answer.server';
import { readForm, UNKNOWN_INTENT } from '~/server/form.server';
import { queryOf } from '~/server/query.server';
import { useSession } from '~/shell/session';
import { ActionButton, Fields, Submit } from '~/ui/forms';
import { AnswerNotice, Notice } from '~/ui/notice';
import { Empty, Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { StatusTag } from '~/ui/status';
import { number, plural } from '~/ui/words';
import styles from './settings.module.css';
import { SettingsHeader } from './settings-tabs';

export const meta: MetaFunction = () => [{ title: 'Archive · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const { cursor } = queryOf(args.request, ['cursor']);
  const [settings, days] = await Promise.all([
    getArchiveSettings(api),
    askArchivedDays(api, cursor === undefined || cursor === null ? null : String(cursor)),
  ]);
  return { settings, days: days.ok ? days.value : null };
}

const keepForm = z.object({
  keepDays: z.coerce
    .number({ error: 'Enter a number' })
    .int('Enter a whole number')
    .min(1, 'At least 1')
    .max(3_650, 'At most 3,650'),
});

export async function action(args: ActionFunctionArgs) {
  const api = await apiOf(args);
  const form = await args.request.formData();
  switch (form.get('intent')) {
    case 'on':
      return answer(await changeArchiveSettings(api, { enabled: true }), 'On: events are archived from now on.');
    case 'off':
      return answer(await changeArchiveSettings(api, { enabled: false }), 'Off. What is archived stays for its time.');
    case 'keep': {
      const read = readForm(form, keepForm);
      return answer(read.ok ? await changeArchiveSettings(api, read.value) : read, 'Saved.');
    }
    default:
      return answer({ ok: false, problem: UNKNOWN_INTENT }, '');
  }
}

export default function Archive() {
  const { settings, days } = useLoaderData<typeof loader>();
  const result = useAnswer<typeof action>();
  const { can } = useSession();
  const manage = can('tenant:manage');
  const errors = result === undefined || result.ok ? {} : result.problem.fields;
  return (
    <>
      <SettingsHeader />
      <AnswerNotice answer={result} />
      <div className="stack">
        <Panel
          title="Raw archive"
          hint="Every event as it was received, compressed, a folder a day, in your own bucket."
        >
          {settings.available ? null : (
            <Notice tone="info">
              This deployment has no archive bucket. Bind one with <code>npm run deploy -- --archive</code>.
            </Notice>
          )}
          <div className="row">
            <StatusTag status={settings.enabled ? 'connected' : 'disabled'} label={settings.enabled ? 'On' : 'Off'} />
            {manage && (settings.available || settings.enabled) ? (
              <ActionButton intent={settings.enabled ? 'off' : 'on'} size="compact-sm" variant="default">
                {settings.enabled ? 'Turn off' : 'Turn on'}
              </ActionButton>
            ) : null}
          </div>
          {manage && settings.available ? (
            <Form method="post" className={styles.archiveKeep}>
              <Fields>
                <TextInput
                  label="Days that an archived day is kept"
                  name="keepDays"
                  type="number"
                  min={1}
                  max={3650}
                  defaultValue={settings.keepDays}
                  error={errors.keepDays}
                />
                <div>
                  <Submit intent="keep" variant="default">
                    Save
                  </Submit>
                </div>
              </Fields>
            </Form>
          ) : null}
        </Panel>
        {days === null ? null : (
          <Panel title="Days" flush>
            {days.data.length === 0 ? (
              <Empty title="Nothing is archived yet">
                {settings.enabled ? 'Events appear here within a minute or two.' : 'Turn the archive on to begin.'}
              </Empty>
            ) : (
              <>
                <ul className={styles.archiveDays}>
                  {days.data.map((day) => (
                    <li key={day.day}>
                      <strong>{day.day}</strong>
                      <span className="mute">
                        {plural(day.events, 'event')}, {size(day.bytes)}
                      </span>
                      <a href={`/settings/archive/${day.day}`} download aria-label={`Download ${day.day}`}>
                        Download
                      </a>
                    </li>
                  ))}
                </ul>
                <Pager shown={days.data.length} next={days.next} noun="day" />
              </>
            )}
          </Panel>
        )}
      </div>
    </>
  );
}

function size(bytes: number): string {
  if (bytes < 1_000_000) return `${number(Math.max(1, Math.round(bytes / 1_000)))} kB`;
  return `${number(Math.round(bytes / 100_000) / 10)} MB`;
}
