import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { changeRemediationSettings, getRemediationSettings } from '~/api/remediation.server';
import { useAnswer } from '~/live/use-answer';
import { answer } from '~/server/answer.server';
import { UNKNOWN_INTENT } from '~/server/form.server';
import { useSession } from '~/shell/session';
import { ActionButton } from '~/ui/forms';
import { AnswerNotice, Notice } from '~/ui/notice';
import { Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import styles from './settings.module.css';
import { SettingsHeader } from './settings-tabs';

export const meta: MetaFunction = () => [{ title: 'Remediation · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  return { settings: await getRemediationSettings(await apiOf(args)) };
}

export async function action(args: ActionFunctionArgs) {
  const api = await apiOf(args);
  const intent = (await args.request.formData()).get('intent');
  if (intent !== 'on' && intent !== 'off') return answer({ ok: false, problem: UNKNOWN_INTENT }, '');
  const message = intent === 'on' ? 'On: people with the permission may make changes.' : 'Off: Postern only reads.';
  return answer(await changeRemediationSettings(api, intent === 'on'), message);
}

export default function RemediationSettings() {
  const { settings } = useLoaderData<typeof loader>();
  const result = useAnswer<typeof action>();
  const { can } = useSession();
  return (
    <>
      <SettingsHeader />
      <AnswerNotice answer={result} />
      <div className="stack">
        <Panel
          title="Remediation"
          hint="Whether people may change things in a source from here: suspend, remove from a group, revoke."
        >
          <div className="row">
            <StatusTag status={settings.enabled ? 'connected' : 'disabled'} label={settings.enabled ? 'On' : 'Off'} />
            {can('tenant:manage') ? (
              <ActionButton intent={settings.enabled ? 'off' : 'on'} size="compact-sm" variant="default">
                {settings.enabled ? 'Turn off' : 'Turn on'}
              </ActionButton>
            ) : null}
            {settings.updatedAt === null ? null : (
              <span className="mute">
                Changed <Ago at={settings.updatedAt} />
              </span>
            )}
          </div>
          {can('tenant:manage') ? null : <Notice tone="info">Only a super admin turns this on or off.</Notice>}
        </Panel>
        <Panel title="How it works">
          <ul className={styles.bullets}>
            <li>
              Super admins may make changes. Issue responders may when they are granted it, under{' '}
              <Link to="/settings/users">Users</Link>. API tokens of other roles may not.
            </li>
            <li>A dry run shows every call, who loses what and which issues resolve. It changes nothing.</li>
            <li>
              Whoever saw it types the name of the target within ten minutes. At most 20 changes an hour are made.
            </li>
            <li>
              The credential of the source needs the right to write: a service app the <code>.manage</code> scopes and
              an admin role, an API token an owner with that role. The dry run says what is missing.
            </li>
            <li>
              Your own account, Postern’s own credential, break-glass accounts and the last super admin are left alone.
            </li>
            <li>
              Everything is in the <Link to="/settings/audit?action=remediation.request">audit log</Link> and under{' '}
              <Link to="/remediations">Remediations</Link>.
            </li>
          </ul>
        </Panel>
      </div>
    </>
  );
}
