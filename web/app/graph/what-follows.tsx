import { Link } from '@remix-run/react';
import type { WhatIf } from '~/api/graph.server';
import { type Column, DataTable } from '~/ui/data-table';
import { None } from '~/ui/none';
import { Notice } from '~/ui/notice';
import { Panel } from '~/ui/page';
import { Priority } from '~/ui/priority';
import { StatusTag } from '~/ui/status';
import { number, plural } from '~/ui/words';
import styles from './graph.module.css';

type Shift = WhatIf['verdicts']['first'][number];

/** Whether an issue would go: it stands on a verdict that fails now and would not any more. */
function goes({ before, after }: Shift): boolean {
  return before === 'fail' && (after === 'pass' || after === 'gone');
}

/** What removals would change: counts, then who and what they count. */
export function WhatFollows({ outcome, titles }: { outcome: WhatIf; titles: Record<string, string> }) {
  const { tierZero, apps, crownJewels, scores, verdicts, truncated } = outcome;
  const score = verdicts.first.filter(goes).reduce((sum, { issue }) => sum + (issue?.priority ?? 0), 0);
  const figures = [
    { label: 'lose their way to tier zero', value: tierZero.count },
    { label: 'ways to crown jewels lost', value: crownJewels.reduce((sum, { count }) => sum + count, 0) },
    { label: verdicts.resolved === 1 ? 'issue would resolve' : 'issues would resolve', value: verdicts.resolved },
    { label: 'points of priority would go', value: Math.round(score) },
    { label: verdicts.opened === 1 ? 'issue would open' : 'issues would open', value: verdicts.opened },
    { label: `app assignments lost, by ${plural(apps.identities, 'identity', 'identities')}`, value: apps.lost },
  ];
  const rows = verdicts.first.map((shift) => ({ ...shift, id: `${shift.detection} ${shift.subject.id}` }));
  return (
    <>
      {truncated ? (
        <Notice tone="warn">More would change than one question looks at: the numbers are of a part.</Notice>
      ) : null}
      <ul className={styles.outcome} aria-label="What would follow">
        {figures.map(({ label, value }) => (
          <li key={label}>
            <strong className="num">{number(value)}</strong>
            <span className="mute">{label}</span>
          </li>
        ))}
      </ul>
      <Panel title="No way to tier zero any more" hint={shownOf(tierZero.first.length, tierZero.count)}>
        {tierZero.count === 0 ? (
          <p className="mute">Everybody who has a way to tier zero would keep one.</p>
        ) : (
          <People people={tierZero.first} />
        )}
      </Panel>
      {crownJewels.length === 0 ? null : (
        <Panel title="Crown jewels out of reach" hint="Who would have no way to each of them any more.">
          <ul className={styles.plain}>
            {crownJewels.map((jewel) => (
              <li key={jewel.id}>
                <span>
                  <strong>{jewel.name}</strong>{' '}
                  <span className="mute">{plural(jewel.count, 'identity', 'identities')}</span>
                </span>
                <People people={jewel.first} />
                {jewel.count > jewel.first.length ? (
                  <span className="mute">and {number(jewel.count - jewel.first.length)} more</span>
                ) : null}
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Panel title="Issues" hint={shownOf(rows.length, verdicts.changed)} flush={rows.length > 0}>
        {rows.length === 0 ? (
          <p className="mute">No issue would resolve or open.</p>
        ) : (
          <DataTable caption="Issues that would change" rows={rows} columns={columnsOf(titles)} />
        )}
      </Panel>
      {scores.changed === 0 ? null : (
        <Panel title="Issues of another priority" hint={shownOf(scores.first.length, scores.changed)} flush>
          <DataTable
            caption="Issues of another priority"
            rows={scores.first.map((shift) => ({ ...shift, id: shift.issueId }))}
            columns={scoreColumns(titles)}
          />
        </Panel>
      )}
      {apps.lost === 0 ? null : (
        <Panel title="Apps that would be lost" hint={shownOf(apps.first.length, apps.identities)}>
          <ul className={styles.plain}>
            {apps.first.map((person) => (
              <li key={person.id}>
                <Link to={`/identities/${person.id}`}>{person.name}</Link>
                <span className="mute">
                  {person.apps.map((app) => app.name).join(', ')}
                  {person.count > person.apps.length ? ` and ${number(person.count - person.apps.length)} more` : ''}
                </span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

function shownOf(shown: number, all: number): string | undefined {
  return shown < all ? `The first ${number(shown)} of ${number(all)}.` : undefined;
}

function People({ people }: { people: { id: string; name: string }[] }) {
  return (
    <ul className="row">
      {people.map((person) => (
        <li key={person.id}>
          <Link to={`/identities/${person.id}`}>{person.name}</Link>
        </li>
      ))}
    </ul>
  );
}

const AFTER: Record<string, { label: string; status: string }> = {
  fail: { label: 'Would open', status: 'fail' },
  pass: { label: 'Would resolve', status: 'pass' },
  gone: { label: 'Would resolve', status: 'pass' },
  unknown: { label: 'Could not be told', status: 'unknown' },
};

function columnsOf(titles: Record<string, string>): Column<Shift & { id: string }>[] {
  return [
    {
      key: 'priority',
      header: 'Priority',
      width: '7rem',
      cell: ({ issue }) => (issue === null ? <None /> : <Priority value={issue.priority} />),
    },
    {
      key: 'issue',
      header: 'Issue',
      narrow: 'title',
      cell: ({ detection, issueId, issue }) => {
        const title = issue?.title ?? titles[detection] ?? detection;
        return issue === null || issueId === null ? title : <Link to={`/issues/${issueId}`}>{title}</Link>;
      },
    },
    {
      key: 'subject',
      header: 'Subject',
      narrow: 'bare',
      cell: ({ subject, identityId }) =>
        identityId === null ? subject.name : <Link to={`/identities/${identityId}`}>{subject.name}</Link>,
    },
    {
      key: 'after',
      header: 'Then',
      narrow: 'bare',
      width: '9rem',
      cell: ({ after }) => {
        const told = AFTER[after];
        return told === undefined ? after : <StatusTag status={told.status} label={told.label} />;
      },
    },
  ];
}

type Score = WhatIf['scores']['first'][number] & { id: string };

function scoreColumns(titles: Record<string, string>): Column<Score>[] {
  return [
    {
      key: 'issue',
      header: 'Issue',
      narrow: 'title',
      cell: ({ detection, issueId, title }) =>
        title === null ? (titles[detection] ?? detection) : <Link to={`/issues/${issueId}`}>{title}</Link>,
    },
    {
      key: 'subject',
      header: 'Subject',
      narrow: 'bare',
      cell: ({ subject, identityId }) =>
        identityId === null ? subject.name : <Link to={`/identities/${identityId}`}>{subject.name}</Link>,
    },
    { key: 'before', header: 'Now', width: '7rem', cell: ({ before }) => <Priority value={before} /> },
    { key: 'after', header: 'Then', width: '7rem', cell: ({ after }) => <Priority value={after} /> },
  ];
}
