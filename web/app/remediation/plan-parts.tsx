import { Button } from '@mantine/core';
import { Link } from '@remix-run/react';
import type { Plan } from '~/api/remediation.server';
import { Notice } from '~/ui/notice';
import { SeverityTag } from '~/ui/severity';
import { plural } from '~/ui/words';
import type { FixRequest } from './fix-host';
import styles from './remediation.module.css';

type Planned = Omit<Plan, 'planId' | 'digest' | 'expiresAt'>;

/** A dry run as people read it: why not, what is called, what follows. */
export function PlanParts({ plan, onInstead }: { plan: Planned; onInstead?: (request: FixRequest) => void }) {
  return (
    <div className={styles.plan}>
      <p>
        <strong>{plan.title}</strong>: {plan.subject.name}
        {plan.object === null ? '' : `, ${plan.object.name}`} <span className="mute">in {plan.source.name}</span>
      </p>
      {plan.refusals.map((refusal) => (
        <Notice key={refusal.code + refusal.text} tone="bad" title="This is not done">
          <p>{refusal.text}</p>
          {onInstead === undefined
            ? null
            : refusal.instead.map(({ label, request }) => (
                <Button key={label} size="compact-sm" variant="default" onClick={() => onInstead(request)}>
                  {label} instead…
                </Button>
              ))}
        </Notice>
      ))}
      {plan.warnings.map((warning) => (
        <Notice key={warning.code + warning.text} tone="warn">
          {warning.text}
        </Notice>
      ))}
      {plan.refusals.length > 0 ? null : (
        <>
          <Calls calls={plan.calls} />
          <Follows effects={plan.effects} />
        </>
      )}
    </div>
  );
}

function Calls({ calls }: { calls: Planned['calls'] }) {
  return (
    <section>
      <h3>What is called in Okta</h3>
      <ul className={styles.calls}>
        {calls.map((call) => (
          <li key={call.path}>
            <span>{call.what}</span>
            <code className="break">
              {call.method} {call.path}
            </code>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Follows({ effects }: { effects: Planned['effects'] }) {
  const { reach, tierZero, apps, issues } = effects;
  const nothing = tierZero.count + apps.lost + issues.resolved + issues.opened === 0;
  return (
    <section>
      <h3>What follows</h3>
      {effects.known ? null : (
        <p className="mute">The graph has not seen this yet, so what follows cannot be told before it is done.</p>
      )}
      <ul className={styles.follows}>
        {reach === null ? null : (
          <li>
            Today it reaches {plural(reach.apps, 'app')}, {plural(reach.groups, 'group')} and{' '}
            {plural(reach.roles, 'role')}
            {reach.tierZero ? ', and from there the whole org' : ''}.
          </li>
        )}
        {tierZero.count === 0 ? null : (
          <li>
            {plural(tierZero.count, 'identity', 'identities')} would have no way to tier zero any more:{' '}
            {names(tierZero.first, tierZero.count)}.
          </li>
        )}
        {apps.lost === 0 ? null : (
          <li>
            {plural(apps.identities, 'identity', 'identities')} would lose {plural(apps.lost, 'app')}:{' '}
            {names(
              apps.first.map((one) => ({ name: `${one.name} (${names(one.apps, one.count)})` })),
              apps.identities,
            )}
            .
          </li>
        )}
        {issues.resolves.map((issue) => (
          <li key={issue.id}>
            Resolves <SeverityTag severity={issue.severity} /> <Link to={`/issues/${issue.id}`}>{issue.title}</Link> of{' '}
            {issue.subject} (priority {issue.priority})
          </li>
        ))}
        {issues.opens.map((issue) => (
          <li key={issue.detection + issue.subject}>
            Opens <strong>{issue.title}</strong> of {issue.subject}
          </li>
        ))}
        {issues.resolved > issues.resolves.length || issues.opened > issues.opens.length ? (
          <li>
            In all {plural(issues.resolved, 'check')} would pass and {plural(issues.opened, 'check')} would fail.
          </li>
        ) : null}
        {effects.known && nothing ? <li>No path, app or issue disappears with it.</li> : null}
        {effects.truncated ? <li className="mute">More than is looked at: the counts are of a part.</li> : null}
      </ul>
    </section>
  );
}

/** The first of many by name. */
function names(first: { name: string }[], all: number): string {
  const shown = first.slice(0, 5).map(({ name }) => name);
  return all > shown.length ? `${shown.join(', ')} and ${all - shown.length} more` : shown.join(', ');
}
