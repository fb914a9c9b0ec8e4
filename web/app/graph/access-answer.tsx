import type { Access } from '~/api/graph.server';
import { type Column, DataTable } from '~/ui/data-table';
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

/** Whether a person has an app, and every way they do. */
export function AccessAnswer({ access }: { access: Access }) {
  const { identity, app, effective, ways, appAccounts, truncated } = access;
  return (
    <>
      <Notice tone={effective ? 'info' : 'good'} title={verdict(access)}>
        {ways.length === 0 ? 'No assignment, group or role leads there.' : `${plural(ways.length, 'way')} in all.`}
        {truncated ? ' There are more than one answer tells.' : ''}
      </Notice>
      {ways.length === 0 ? null : (
        <Panel title={`Why ${identity.name} has ${app.name}`} flush>
          <ol aria-label="Ways">
            {ways.map((way) => (
              <li key={way.steps.map((step) => `${step.from}${step.edge}${step.to.id}`).join()} className={styles.way}>
                <WayTold way={way} />
              </li>
            ))}
          </ol>
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

function verdict({ identity, app, effective, ways }: Access): string {
  if (effective) return `${identity.name} can open ${app.name}`;
  return ways.length === 0
    ? `${identity.name} does not have ${app.name}`
    : `${identity.name} has ${app.name}, but cannot open it now`;
}

function howText({ how, via }: Way): string {
  if (how === 'direct') return 'Assigned directly';
  return `Through the ${how} ${via?.name ?? ''}`.trim();
}

function WayTold({ way }: { way: Way }) {
  return (
    <>
      <div className={styles.wayHead}>
        <h3>{howText(way)}</h3>
        <StatusTag status={way.live ? 'ACTIVE' : 'inactive'} label={way.live ? 'Opens it' : 'Does not open it now'} />
        <span className="mute">
          since <Ago at={way.since} />, by <MadeBy by={way.by} />
        </span>
      </div>
      <ol className={styles.plain} aria-label={howText(way)}>
        {way.steps.map((step) => (
          <li key={`${step.from} ${step.edge} ${step.to.id}`}>
            <span className="mute">{verbOf(step.edge)}</span>
            <NodeLink node={step.to} />
            <span className="mute">
              since <Ago at={step.since} />, by <MadeBy by={step.by} />
            </span>
            {isRemovable(step.edge) ? (
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
