import { Link } from '@remix-run/react';
import type { AppUser, DiscoveredAppDetail, Grant } from '~/api/discovery.server';
import type { Column } from '~/ui/data-table';
import { None } from '~/ui/none';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { plural } from '~/ui/words';
import styles from './discovery.module.css';

/** Why the risk is what it is. */
export function Reasons({ risk, reasons }: Pick<DiscoveredAppDetail, 'risk' | 'reasons'>) {
  return (
    <>
      <p className={styles.total}>
        <strong>{risk.score}</strong> of 100
      </p>
      {reasons.length === 0 ? <p className="mute">Nothing speaks against it.</p> : null}
      <ul className={styles.reasons}>
        {reasons.map(({ code, points, detail }) => (
          <li key={code}>
            <span className="break">{detail}</span>
            <span className={styles.points}>
              {points > 0 ? `+${points}` : points}
              <span className="spoken"> points</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What it may do, in words; grants that ended stay, marked. */
export function Grants({ grants }: { grants: Grant[] }) {
  if (grants.length === 0) {
    return <p className="mute">No consent is known. What it may do inside itself, its assignments do not tell.</p>;
  }
  return (
    <ul className={styles.grants}>
      {grants.map((grant) => (
        <li key={grant.scope} data-ended={!grant.active}>
          <span className={styles.grantHead}>
            <strong>{grant.meaning}</strong>
            {grant.active && grant.wide ? <StatusTag status="wide" label="Wide" tone="warn" /> : null}
            {grant.admin ? <StatusTag status="admin" label="By an administrator" tone="held" /> : null}
            {grant.active ? null : <StatusTag status="revoked" label="Revoked" tone="idle" />}
          </span>
          <span className="mono break">{grant.scope}</span>
          <span className={styles.grantFoot}>
            {grantedFor(grant)}, last granted <Ago at={grant.lastGranted} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function grantedFor({ active, accounts, revoked, admin }: Grant): string {
  if (!active) return `Was granted for ${plural(revoked, 'account')}`;
  const parts = [...(admin ? ['for everybody'] : []), ...(accounts > 0 ? [`for ${plural(accounts, 'account')}`] : [])];
  return `Granted ${parts.join(' and ')}${revoked > 0 ? `, revoked for ${revoked}` : ''}`;
}

export const USER_COLUMNS: Column<AppUser>[] = [
  {
    key: 'account',
    header: 'Account',
    narrow: 'title',
    cell: ({ login, nativeId }) => (
      <Link to={`/identities?q=${encodeURIComponent(login ?? nativeId)}`} className="break">
        {login ?? nativeId}
      </Link>
    ),
  },
  {
    key: 'consent',
    header: 'Consent',
    cell: ({ consent, scopes }) =>
      consent === 'active' ? (
        <span title={scopes.join(' ')}>{plural(scopes.length, 'scope')}</span>
      ) : consent === 'revoked' ? (
        'Revoked'
      ) : (
        <None />
      ),
  },
  { key: 'used', header: 'Last used', align: 'right', cell: ({ lastUsed }) => <Ago at={lastUsed} /> },
  { key: 'first', header: 'First seen', align: 'right', cell: ({ firstSeen }) => <Ago at={firstSeen} /> },
];
