import { Form } from '@remix-run/react';
import type { Account, Match } from '~/api/identities.server';
import { NodePicker } from '~/graph/node-picker';
import { useSession } from '~/shell/session';
import { ActionButton, Disclosure, Fields, Submit } from '~/ui/forms';
import { Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import styles from './identities.module.css';

/** A way to say that an account is somebody else's, after a word of what follows. */
export function SplitAccount({ account }: { account: Account }) {
  const { can } = useSession();
  if (!can('sources:manage')) return null;
  const name = account.login ?? account.name;
  return (
    <Disclosure label={`Split off ${name}`}>
      <Fields>
        <p className="mute">
          {name} becomes an identity of its own, with its own issues. Later syncs do not join it here again; a person
          can.
        </p>
        <div>
          <ActionButton intent="split" about={account.id} variant="default">
            Split off
          </ActionButton>
        </div>
      </Fields>
    </Disclosure>
  );
}

interface JoinAccountsProps {
  matches: Match[];
  sources: Record<string, string>;
}

/** Who may be the same person, first what speaks for it, and a search for anybody else. */
export function JoinAccounts({ matches, sources }: JoinAccountsProps) {
  const { can } = useSession();
  if (!can('sources:manage') && matches.length === 0) return null;
  return (
    <Panel
      title="Join another account"
      hint="Accounts in several sources that share a verified mail or an employee number join by themselves."
    >
      {matches.length === 0 ? (
        <p className="mute">Nothing else looks like the same person.</p>
      ) : (
        <ul className={styles.matches} aria-label="Suggestions">
          {matches.map((match) => (
            <Suggestion key={match.account.id} match={match} source={sources[match.account.source]} />
          ))}
        </ul>
      )}
      {can('sources:manage') ? (
        <Disclosure label="Search for another">
          <Form method="post">
            <Fields>
              <NodePicker
                label="Identity"
                name="other"
                placeholder="Name or login"
                chosen={null}
                kinds={['identity']}
              />
              <p className="mute">All of its accounts come to this identity. Later syncs leave it so.</p>
              <div>
                <Submit intent="join-found" variant="default">
                  Join
                </Submit>
              </div>
            </Fields>
          </Form>
        </Disclosure>
      ) : null}
    </Panel>
  );
}

function Suggestion({ match, source }: { match: Match; source: string | undefined }) {
  const { can } = useSession();
  const { account, reason, hindrance } = match;
  const name = account.login ?? account.name;
  return (
    <li>
      <div className="row">
        <strong>{name}</strong>
        {account.status === null ? null : <StatusTag status={account.status} />}
        <span className="mute">{source ?? account.source}</span>
      </div>
      <p>
        {reason}. <span className="mute">{hindrance}.</span>
      </p>
      {can('sources:manage') ? (
        <Disclosure label={`Join ${name}`}>
          <Fields>
            <p className="mute">All accounts of that identity come to this one. Later syncs leave it so.</p>
            <div>
              <ActionButton intent="join" about={account.id} variant="default">
                Join
              </ActionButton>
            </div>
          </Fields>
        </Disclosure>
      ) : null}
    </li>
  );
}
