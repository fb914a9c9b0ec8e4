import { Link } from '@remix-run/react';
import type { IssueDetail } from '~/api/issues.server';
import { useSession } from '~/shell/session';
import { Panel } from '~/ui/page';
import { type FixChoice, Fixes } from './fix';

/** Detections for which factors that somebody else enrolled may be the cause. */
const FACTORS_IN_DOUBT = ['mfa-reset-new-device', 'push-fatigue', 'pending-mfa'];

/** What can be done about an issue from here. */
export function IssueFixes({ issue }: { issue: IssueDetail }) {
  const { can } = useSession();
  if (!can('remediate') || issue.status !== 'open' || issue.subject.kind === 'source') return null;
  return (
    <Panel title="Fix it" hint="Each shows what would happen before anything does.">
      <div className="stack">
        <Fixes of={issue.subject.name} choices={choicesOf(issue)} />
        {issue.identityId === null ? null : (
          <p>
            Roles, groups and apps are taken away{' '}
            <Link to={`/identities/${issue.identityId}`}>on the identity’s page</Link>.
          </p>
        )}
      </div>
    </Panel>
  );
}

function choicesOf({ detection, subject, evidence }: IssueDetail): FixChoice[] {
  const tokens = detection === 'api-token-admin' ? evidence.facts.tokens : null;
  const named = Array.isArray(tokens) ? tokens.filter((id) => typeof id === 'string' && /^[\w-]+$/.test(id)) : [];
  const revoke = named.map((tokenId) => ({
    label: `Revoke token ${tokenId}`,
    request: { action: 'revoke_api_token', source: subject.source, tokenId: String(tokenId) },
  }));
  if (subject.kind !== 'account') return revoke;
  const account = subject.id;
  return [
    ...revoke,
    { label: 'End sessions', request: { action: 'revoke_sessions', account } },
    { label: 'Suspend', request: { action: 'suspend', account } },
    ...(FACTORS_IN_DOUBT.includes(detection)
      ? [{ label: 'Reset factors', request: { action: 'reset_factors', account } }]
      : []),
  ];
}
