import type { Access } from '~/api/graph.server';
import { type Column, DataTable } from '~/ui/data-table';
import { None } from '~/ui/none';
import { Notice } from '~/ui/notice';
import { Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { plural, words } from '~/ui/words';
import { BasketButton } from './basket-button';
import styles from './graph.module.css';
import { isRemovable, verbOf } from './kinds';
import { MadeBy, NodeLink } from './node-link';

type Way = Access['ways'][number];

interface AccessAnswerProps {
  access: Access;
  /** The moment that is looked at; null: now, and then edges can be asked about. */
  asOf: string | null;
}

/** Whether a person has an app, why not, and every way they do. */
export function AccessAnswer({ access, asOf }: AccessAnswerProps) {
  const { identity, app, effective, whyNot, accounts, ways, appAccounts, truncated } = access;
  const placed = ways.some(({ steps }) => steps.some(({ rules }) => rules.length > 0));
  return (
    <>
      <Notice tone={effective ? 'info' : 'good'} title={verdict(access, asOf)}>
        {whyNot.map((reason) => `${whyNotText(reason, access)} `)}
        {ways.length === 0 ? '' : `${plural(ways.length, 'way')} in all.`}
        {truncated ? ' There are more than one answer tells.' : ''}
      </Notice>
      {ways.length === 0 ? null : (
        <Panel title={`Why ${identity.name} has ${app.name}`} hint={placed ? RULES_HINT : undefined} flush>
          <ol aria-label="Ways">
            {ways.map((way) => (
              <li key={way.steps.map((step) => `${step.from}${step.edge}${step.to.id}`).join()} className={styles.way}>
                <WayTold way={way} access={access} asOf={asOf} />
              </li>
            ))}
          </ol>
        </Panel>
      )}
      {accounts.length === 0 ? null : (
        <Panel title={`Accounts of ${identity.name}`} flush>
          <DataTable caption={`Accounts of ${identity.name}`} rows={accounts} columns={signInColumns(asOf)} />
        </Panel>
      )}
      {appAccounts.length === 0 ? null : (
        <Panel title={`Accounts inside ${app.name}`} flush>
          <DataTable
            caption="Accounts inside the app"
            rows={appAccounts.map((one) => ({ ...one, id: `${one.account} ${one.userName ?? ''}` }))}
            columns={ACCOUNTS}
          />
        </Panel>
      )}
    </>
  );
}

const RULES_HINT =
  'The rules that are named add people to the group and do not leave this account out. Whether somebody was put there by hand as well, the source does not say.';

function verdict({ identity, app, effective, whyNot }: Access, asOf: string | null): string {
  if (effective) return `${identity.name} ${asOf === null ? 'can' : 'could'} open ${app.name}`;
  if (whyNot.includes('no_way')) return `${identity.name} ${asOf === null ? 'does' : 'did'} not have ${app.name}`;
  return asOf === null
    ? `${identity.name} has ${app.name}, but cannot open it now`
    : `${identity.name} had ${app.name}, but could not open it`;
}

function whyNotText(reason: string, { identity, app, accounts }: Access): string {
  switch (reason) {
    case 'no_way':
      return 'No assignment, group or role leads there.';
    case 'not_live':
      return 'No assignment is in a status that opens it.';
    case 'app_inactive':
      return `${app.name} is not active: nobody opens it.`;
    case 'cannot_sign_in':
      return accounts.length === 1
        ? `The assignment does not let ${identity.name} in: the account cannot be signed in to.`
        : `The assignment does not let ${identity.name} in: no account that has it can be signed in to.`;
    default:
      return words(reason);
  }
}

/** What a way does: it lets somebody in where the app, the assignment and the account all do. */
function wayState({ live, canSignIn }: Way, { whyNot }: Access): { status: string; label: string } {
  if (!live || whyNot.includes('app_inactive')) return { status: 'inactive', label: 'Does not open it' };
  if (!canSignIn) return { status: 'inactive', label: 'Lets nobody in: no sign-in' };
  return { status: 'ACTIVE', label: 'Opens it' };
}

function howText({ how, via }: Way): string {
  if (how === 'direct') return 'Assigned directly';
  return `Through the ${how} ${via?.name ?? ''}`.trim();
}

function WayTold({ way, access, asOf }: { way: Way } & AccessAnswerProps) {
  // of one account there is nothing to tell apart
  const account = access.accounts.length < 2 ? undefined : access.accounts.find(({ id }) => id === way.steps[0]?.from);
  return (
    <>
      <div className={styles.wayHead}>
        <h3>{howText(way)}</h3>
        <StatusTag {...wayState(way, access)} />
        <span className="mute">
          {account === undefined ? '' : `of ${account.name}, `}since <Ago at={way.since} />, by <MadeBy by={way.by} />
        </span>
      </div>
      <ol className={styles.plain} aria-label={howText(way)}>
        {way.steps.map((step) => (
          <li key={`${step.from} ${step.edge} ${step.to.id}`}>
            <span className="mute">{verbOf(step.edge)}</span>
            <NodeLink node={step.to} asOf={asOf} />
            <span className="mute">
              since <Ago at={step.since} />, by <MadeBy by={step.by} />
            </span>
            {step.rules.length === 0 ? null : <PutBy rules={step.rules} asOf={asOf} />}
            {asOf === null && isRemovable(step.edge) ? (
              <BasketButton
                removal={{ kind: 'edge', from: step.from, edgeKind: step.edge, to: step.to.id }}
                about={`${verbOf(step.edge)} ${step.to.name}`}
              />
            ) : null}
          </li>
        ))}
      </ol>
    </>
  );
}

/** The rules that add people to the group of a membership. */
function PutBy({ rules, asOf }: { rules: Way['steps'][number]['rules']; asOf: string | null }) {
  return (
    <span className={styles.putBy}>
      <span className="mute">put there by the {rules.length === 1 ? 'rule' : 'rules'}</span>
      {rules.map(({ rule }) => (
        <NodeLink key={rule.id} node={rule} asOf={asOf} />
      ))}
    </span>
  );
}

function signInColumns(asOf: string | null): Column<Access['accounts'][number]>[] {
  return [
    {
      key: 'name',
      header: 'Account',
      narrow: 'title',
      cell: ({ id, name }) => <NodeLink node={{ id, name, kind: 'account' }} asOf={asOf} />,
    },
    {
      key: 'status',
      header: 'Status',
      narrow: 'bare',
      cell: ({ status }) => (status === null ? <None /> : <StatusTag status={status} />),
    },
    {
      key: 'signIn',
      header: 'Sign-in',
      narrow: 'bare',
      cell: ({ canSignIn }) => (canSignIn ? 'Can be signed in to' : 'Cannot be signed in to'),
    },
  ];
}

const ACCOUNTS: Column<Access['appAccounts'][number] & { id: string }>[] = [
  {
    key: 'user',
    header: 'Account there',
    narrow: 'title',
    cell: ({ userName }) => <span className="break">{userName ?? '–'}</span>,
  },
  { key: 'status', header: 'Status', narrow: 'bare', cell: ({ status }) => <StatusTag status={status} /> },
  {
    key: 'scope',
    header: 'Given',
    cell: ({ scope }) => (scope === 'USER' ? 'directly' : scope === 'GROUP' ? 'by a group' : words(scope)),
  },
  { key: 'by', header: 'Evidence', cell: ({ by }) => <MadeBy by={by} /> },
  { key: 'since', header: 'Since', align: 'right', width: '7rem', cell: ({ since }) => <Ago at={since} /> },
];
