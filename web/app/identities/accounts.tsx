import type { Account } from '~/api/identities.server';
import { BasketButton } from '~/graph/basket-button';
import { DirectoryId } from '~/inventory/directory-id';
import { AccountFixes } from '~/remediation/account-fixes';
import { Facts } from '~/ui/page';
import { Label, StatusTag } from '~/ui/status';
import { Ago, Past } from '~/ui/time';
import { words } from '~/ui/words';
import styles from './identities.module.css';
import { SplitAccount } from './join';

interface AccountsProps {
  accounts: Account[];
  sources: Record<string, string>;
  /** The moment that is looked at; null: now, and then they can be changed. */
  asOf: string | null;
}

export function Accounts({ accounts, sources, asOf }: AccountsProps) {
  const changeable = asOf === null;
  return (
    <ul>
      {accounts.map((account) => (
        <li key={account.id} className={styles.account}>
          <div className={`row ${styles.accountHead}`}>
            <h3>{account.login ?? account.name}</h3>
            {account.status === null ? null : <StatusTag status={account.status} />}
            {changeable ? (
              <BasketButton
                removal={{ kind: 'node', id: account.id }}
                about={account.login ?? account.name}
                label="What if it were gone"
              />
            ) : null}
          </div>
          <Facts
            facts={[
              { label: 'Source', value: sources[account.source] ?? account.source },
              { label: 'Id in the source', value: <span className="mono">{account.nativeId}</span> },
              { label: 'Provider', value: account.provider === null ? '–' : words(account.provider) },
              ...account.directories.map(({ name, externalId }) => ({
                label: `Id in ${name}`,
                value: <DirectoryId id={externalId} />,
              })),
              { label: 'Last sign-in', value: <Past at={account.lastLoginAt} asOf={asOf} /> },
              { label: 'Password changed', value: <Past at={account.passwordChangedAt} asOf={asOf} /> },
            ]}
          />
          <Factors factors={account.factors} />
          {account.joined === null ? null : (
            <p className={styles.joined}>
              <Label>Joined</Label>
              <span className="mute">
                {account.joined.reason}, <Ago at={account.joined.at} />
              </span>
            </p>
          )}
          {changeable ? <AccountFixes account={account} /> : null}
          {changeable && accounts.length > 1 ? <SplitAccount account={account} /> : null}
        </li>
      ))}
    </ul>
  );
}

function Factors({ factors }: { factors: Account['factors'] }) {
  if (factors === null || !factors.known) {
    return (
      <p className={styles.factors}>
        <StatusTag status="unknown" label="Factors unknown" />
        <span className="mute">{factors?.reason ?? 'They have not been read yet.'}</span>
      </p>
    );
  }
  if (factors.factors.length === 0) {
    return (
      <p className={styles.factors}>
        <StatusTag status="fail" label="No second factor" />
      </p>
    );
  }
  return (
    <div className={styles.factors}>
      <span className="mute">Factors</span>
      <ul className="row">
        {factors.factors.map((factor) => (
          <li key={factor.id ?? `${factor.type}-${factor.provider}`}>
            <StatusTag
              status={factor.status ?? 'unknown'}
              label={`${words(factor.type)}${factor.status === null || factor.status === 'ACTIVE' ? '' : ` (${words(factor.status).toLowerCase()})`}`}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
