import { Link } from '@remix-run/react';
import type { SystemEvent } from '~/api/evidence.server';
import type { IssueDetail } from '~/api/issues.server';
import { Facts, Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { Ago, utc } from '~/ui/time';
import { number, plural, readable, words } from '~/ui/words';
import styles from './issues.module.css';

/** Numbers under keys that end in `At` are epoch milliseconds; everything else is shown as it is. */
function factValue(key: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'number') return key.endsWith('At') ? utc(new Date(value).toISOString()) : number(value);
  if (Array.isArray(value)) return value.length === 0 ? 'None' : value.map(String).join(', ');
  if (typeof value === 'string') return key.endsWith('At') && value.includes('T') ? utc(value) : readable(value);
  return JSON.stringify(value);
}

/** `lastLoginAt` as "Last login". */
function factLabel(key: string): string {
  return words(key.replace(/At$/, ''));
}

export function EvidenceFacts({ facts, reach }: Pick<IssueDetail['evidence'], 'facts' | 'reach'>) {
  const shown = Object.entries(facts).map(([key, value]) => ({
    label: factLabel(key),
    value: factValue(key, value),
  }));
  if (reach !== null) {
    const parts = [plural(reach.apps, 'app'), plural(reach.groups, 'group'), plural(reach.roles, 'role')];
    shown.push({ label: 'Reaches', value: parts.join(', ') });
  }
  return (
    <Panel title="Evidence" hint="What was true when this was last decided.">
      {shown.length === 0 ? <p className="mute">No facts were recorded.</p> : <Facts facts={shown} />}
    </Panel>
  );
}

export function EvidenceEvents({ events }: { events: SystemEvent[] }) {
  if (events.length === 0) return null;
  return (
    <Panel title="Events behind it" flush>
      <ul className={styles.eventList}>
        {events.map((event) => (
          <li key={event.id}>
            <span className="row">
              <Link to={`/events/${event.id}`} className="mono break">
                {event.type}
              </Link>
              {event.outcome?.result === undefined || event.outcome.result === null ? null : (
                <StatusTag status={event.outcome.result} />
              )}
            </span>
            <Ago at={event.published} />
            <span className={styles.eventText}>
              {event.displayMessage ?? ''}
              {event.actor === null ? '' : ` · by ${event.actor.name ?? event.actor.alternateId ?? event.actor.id}`}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
