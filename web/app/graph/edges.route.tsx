import { Button, NativeSelect } from '@mantine/core';
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Form, Link, useLoaderData, useNavigation } from '@remix-run/react';
import { type Api, apiOf, orRefused } from '~/api/client.server';
import { askEdges } from '~/api/edges.server';
import { edgeKinds } from '~/api/graph.server';
import { queryOf } from '~/server/query.server';
import { Refused } from '~/ui/notice';
import { Empty, Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { Candidates } from './candidates';
import { EdgeKind } from './edge-kind';
import { EdgeTable } from './edge-table';
import { type End, endOf } from './ends.server';
import styles from './graph.module.css';
import { GraphHeader } from './graph-header';
import { edgeName } from './kinds';
import { atMoment, momentFrom } from './moment';
import { AsItWas, MomentField } from './moment-form';
import { NodePicker } from './node-picker';

export const meta: MetaFunction = () => [{ title: 'Edges · Postern' }];

const SHOWN = 50;

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const query = queryOf(args.request, ['kind', 'from', 'to', 'cursor', 'asOf'] as const);
  const asOf = momentFrom(query.asOf);
  const { kind, cursor } = query;
  const [kinds, from, to] = await Promise.all([
    edgeKinds(api),
    endOf(api, query.from, { asOf }).then((end) => accountOf(api, end, kind, asOf)),
    endOf(api, query.to, { asOf }).then((end) => accountOf(api, end, kind, asOf)),
  ]);
  const open = [from, to].some(({ text, node }) => text !== '' && node === null);
  const asked = { kind, from: from.node?.id, to: to.node?.id, asOf, cursor, limit: SHOWN };
  return {
    asOf,
    from,
    to,
    kinds: Object.values(kinds).map(({ kind: value, derived, walk }) => ({ value, derived, walk })),
    kind: kind ?? '',
    about: kinds[kind ?? ''] ?? null,
    page: open ? null : orRefused(await askEdges(api, asked)),
    narrowed: Object.keys(query).some((key) => key !== 'cursor'),
  };
}

/** Of a person all edges but one are those of an account: that one, or which of them is meant. */
async function accountOf(api: Api, end: End, kind: string | undefined, asOf: string | null): Promise<End> {
  if (end.node?.kind !== 'identity' || kind === 'HAS_ACCOUNT') return end;
  const held = await askEdges(api, { kind: 'HAS_ACCOUNT', from: end.node.id, asOf });
  const accounts = held.ok ? held.value.data.map(({ to }) => to) : [];
  const [only, ...more] = accounts;
  if (only === undefined) return end;
  return more.length === 0 ? { ...end, node: only } : { ...end, node: null, candidates: accounts };
}

export default function Edges() {
  const { asOf, from, to, kinds, kind, about, page, narrowed } = useLoaderData<typeof loader>();
  const busy = useNavigation().state === 'loading';
  return (
    <>
      <GraphHeader
        title="Edges"
        lead={
          <>
            Everything that joins two things of the graph, kind by kind: what was read, and what administrator roles
            give. Not told here are{' '}
            <Link to={atMoment('/graph/unknown-powers', asOf)}>assignments whose power is unknown</Link>.
          </>
        }
      />
      <Form method="get" className={styles.finder} role="search" aria-label="Edges">
        <NativeSelect
          key={kind}
          className={styles.moment}
          label="Kind"
          name="kind"
          data={choices(kinds)}
          defaultValue={kind}
        />
        <NodePicker
          key={`from ${from.node?.id ?? from.text}`}
          label="From"
          name="from"
          placeholder="Anything"
          chosen={from.node}
          text={from.text}
          asOf={asOf}
        />
        <NodePicker
          key={`to ${to.node?.id ?? to.text}`}
          label="To"
          name="to"
          placeholder="Anything"
          chosen={to.node}
          text={to.text}
          asOf={asOf}
        />
        <MomentField label="As it was on (UTC)" name="asOf" moment={asOf} />
        <Button type="submit" loading={busy}>
          Show
        </Button>
        {narrowed ? <Link to="/graph/edges">Clear</Link> : null}
      </Form>
      <div className="stack">
        {asOf === null ? null : <AsItWas moment={asOf} />}
        <Candidates end={from} field="from" label="From" />
        <Candidates end={to} field="to" label="To" />
        {about === null ? null : <EdgeKind about={about} />}
        {page === null ? null : page.ok ? (
          <Panel flush>
            {page.value.data.length > 0 ? (
              <EdgeTable edges={page.value.data} asOf={asOf} />
            ) : (
              <Nothing more={page.value.next !== null} />
            )}
            {page.value.data.length > 0 || page.value.next !== null ? (
              <Pager shown={page.value.data.length} next={page.value.next} noun="edge" />
            ) : null}
          </Panel>
        ) : (
          <Refused problem={page.problem} />
        )}
      </div>
    </>
  );
}

/** `more`: nothing was found so far, and not all was looked at. */
function Nothing({ more }: { more: boolean }) {
  const { asOf, kind, narrowed } = useLoaderData<typeof loader>();
  if (more) {
    return (
      <Empty title="Nothing so far">There is a lot to look through. The next page goes on where this one ends.</Empty>
    );
  }
  return (
    <Empty
      title={kind === '' ? 'No edges' : `No edge of the kind “${edgeName(kind)}”`}
      action={<Link to="/coverage">What could be read</Link>}
    >
      {narrowed
        ? `The graph holds no such edge${asOf === null ? '' : ' of then'}. Where a source does not let Postern read them, coverage says so.`
        : 'They come with the first sync of a source.'}
    </Empty>
  );
}

type Kind = { value: string; derived: boolean; walk: string };

/** The kinds, what matters to an attacker first. */
function choices(kinds: Kind[]) {
  const group = (name: string, those: (kind: Kind) => boolean) => ({
    group: name,
    items: kinds
      .filter(those)
      .map(({ value }) => ({ value, label: edgeName(value) }))
      .sort((a, b) => a.label.localeCompare(b.label, 'en')),
  });
  return [
    { value: '', label: 'Every kind' },
    group('Powers of admin roles', ({ derived }) => derived),
    group('Steps of attack paths', ({ derived, walk }) => !derived && walk !== 'no'),
    group('What else is known', ({ derived, walk }) => !derived && walk === 'no'),
  ].filter((choice) => !('items' in choice) || choice.items.length > 0);
}
