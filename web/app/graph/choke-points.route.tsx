import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf, orRefused } from '~/api/client.server';
import { askChokePoints, type ChokePoint, type ChokePoints } from '~/api/graph.server';
import { queryOf } from '~/server/query.server';
import { type Column, DataTable } from '~/ui/data-table';
import { Notice, Refused } from '~/ui/notice';
import { Empty, Panel } from '~/ui/page';
import { number, plural } from '~/ui/words';
import { BasketButton } from './basket-button';
import styles from './graph.module.css';
import { GraphHeader } from './graph-header';
import { verbOf } from './kinds';
import { momentFrom } from './moment';
import { MomentForm } from './moment-form';
import { NodeLink } from './node-link';

export const meta: MetaFunction = () => [{ title: 'Choke points · Postern' }];

const SHOWN = 50;

export async function loader(args: LoaderFunctionArgs) {
  const asOf = momentFrom(queryOf(args.request, ['asOf'] as const).asOf);
  return { asOf, answer: orRefused(await askChokePoints(await apiOf(args), { limit: SHOWN, asOf })) };
}

export default function ChokePointsPage() {
  const { asOf, answer } = useLoaderData<typeof loader>();
  return (
    <>
      <GraphHeader
        title="Choke points"
        lead="Single memberships, role grants and assignments without which people have no way to tier zero left."
      />
      <div className="stack">
        <MomentForm moment={asOf} />
        {answer.ok ? <Points found={answer.value} asOf={asOf} /> : <Refused problem={answer.problem} />}
      </div>
    </>
  );
}

function Points({ found: { identities, truncated, data }, asOf }: { found: ChokePoints; asOf: string | null }) {
  const rows = data.map((point) => ({ ...point, id: `${point.from.id} ${point.edgeKind} ${point.to.id}` }));
  return (
    <>
      {truncated ? (
        <Notice tone="warn">More leads to tier zero than one question looks at: the numbers are of a part.</Notice>
      ) : null}
      <Panel flush>
        {rows.length === 0 ? (
          <Empty title="No choke points" action={<Link to="/coverage">What could be read</Link>}>
            {identities === 0
              ? 'Among what the sources let Postern read, nobody has a way to tier zero.'
              : 'Whoever reaches tier zero does so in more than one way: no single removal cuts anybody off.'}
          </Empty>
        ) : (
          <DataTable caption="Choke points" rows={rows} columns={columnsOf(identities, asOf)} />
        )}
      </Panel>
    </>
  );
}

type Row = ChokePoint & { id: string };

function columnsOf(identities: number, asOf: string | null): Column<Row>[] {
  // what was there once cannot be taken away
  const ask: Column<Row> = {
    key: 'ask',
    header: 'What if',
    width: '11rem',
    narrow: 'bare',
    cell: ({ from, edgeKind, to }) => (
      <BasketButton
        ask
        removal={{ kind: 'edge', from: from.id, edgeKind, to: to.id }}
        about={`${from.name} ${verbOf(edgeKind)} ${to.name}`}
      />
    ),
  };
  return [
    {
      key: 'edge',
      header: 'Edge',
      narrow: 'title',
      cell: ({ from, edgeKind, to }) => (
        <span className="row">
          <NodeLink node={from} asOf={asOf} /> <span className="mute">{verbOf(edgeKind)}</span>{' '}
          <NodeLink node={to} asOf={asOf} />
        </span>
      ),
    },
    {
      key: 'cuts',
      header: 'Cuts off',
      width: '20rem',
      cell: ({ cuts }) => (
        <span className={styles.cut}>
          <span className={styles.cutBar} aria-hidden="true">
            <span style={{ width: `${identities === 0 ? 0 : Math.max(2, (cuts / identities) * 100)}%` }} />
          </span>
          <span className="num">
            {number(cuts)} of {plural(identities, 'identity', 'identities')}
          </span>
        </span>
      ),
    },
    ...(asOf === null ? [ask] : []),
  ];
}
