import type { IssueDetail } from '~/api/issues.server';
import { Ago } from '~/ui/time';
import { readable, words } from '~/ui/words';
import styles from './issues.module.css';

/** The score and what it is made of: each factor's points as a bar against the largest. */
export function PriorityExplained({
  priority,
  factors,
}: {
  priority: number;
  factors: IssueDetail['priorityFactors'];
}) {
  const largest = Math.max(1, ...factors.map((factor) => Math.abs(factor.points)));
  return (
    <>
      <p className={styles.score}>
        <strong>{Math.round(priority)}</strong>
        <span className="mute">of 100</span>
      </p>
      <ul className={styles.factors}>
        {factors.map((factor) => (
          <li key={`${factor.factor}-${factor.detail ?? ''}`}>
            <div className={styles.factorHead}>
              <span>{words(factor.factor)}</span>
              <span className="num">
                {factor.points < 0 ? '−' : '+'}
                {Math.abs(factor.points)}
              </span>
            </div>
            <div className={styles.factorBar} data-minus={factor.points < 0} aria-hidden="true">
              <span style={{ width: `${(Math.abs(factor.points) / largest) * 100}%` }} />
            </div>
            {factor.detail === null ? null : <p className="mute">{factor.detail}</p>}
          </li>
        ))}
      </ul>
    </>
  );
}

type Entry = IssueDetail['history'][number];

/** What happened to the issue, newest first. */
export function History({ entries, names }: { entries: Entry[]; names: Map<string, string> }) {
  return (
    <ol className={styles.timeline}>
      {[...entries].reverse().map((entry) => (
        <li key={entry.id}>
          <strong>{words(entry.change)}</strong>{' '}
          <span className="mute">by {entry.by === 'postern' ? 'Postern' : (names.get(entry.by) ?? entry.by)}</span>
          <p className="mute">
            <Ago at={entry.at} />
          </p>
          {entry.detail === null ? null : <p>{detailText(entry.detail)}</p>}
        </li>
      ))}
    </ol>
  );
}

/** A dismissal begins with its code: `accepted_risk: the note`. */
function detailText(detail: string): string {
  const [code = '', ...note] = detail.split(': ');
  return [readable(code), ...note].join(': ');
}
