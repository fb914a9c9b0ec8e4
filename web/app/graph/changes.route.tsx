import { Button, NativeSelect } from '@mantine/core';
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Form, Link, useLoaderData, useNavigation } from '@remix-run/react';
import { apiOf, orRefused } from '~/api/client.server';
import { askChanges } from '~/api/graph.server';
import { queryOf } from '~/server/query.server';
import { Refused } from '~/ui/notice';
import { Empty, Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { Candidates } from './candidates';
import { ChangeTable } from './change-table';
import { endOf } from './ends.server';
import styles from './graph.module.css';
import { GraphHeader } from './graph-header';
import { kindName, verbOf } from './kinds';
import { momentFrom } from './moment';
import { MomentField } from './moment-form';
import { NodePicker } from './node-picker';

export const meta: MetaFunction = () => [{ title: 'Changes · Postern' }];

const SHOWN = 50;
const NODE_KINDS = ['identity', 'account', 'group', 'app', 'role', 'resource', 'credential', 'policy', 'device'];
const EDGE_KINDS = ['MEMBER_OF', 'ASSIGNED_TO', 'HOLDS_ROLE', 'GRANTS', 'HAS_ACCOUNT', 'OWNER_OF', 'CONSENTED'];
const KINDS = [
  { value: '', label: 'Everything' },
  ...EDGE_KINDS.map((value) => ({ value, label: `… ${verbOf(value)} …` })),
  ...NODE_KINDS.map((value) => ({ value, label: kindName(value, 2) })),
];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const query = queryOf(args.request, ['since', 'until', 'node', 'kind', 'cursor'] as const);
  const [since, until, node] = [momentFrom(query.since), momentFrom(query.until), await endOf(api, query.node)];
  const { kind, cursor } = query;
  const asked = { since, until, node: node.node?.id, kind, cursor, limit: SHOWN };
  const page = node.text !== '' && node.node === null ? null : orRefused(await askChanges(api, asked));
  return { since, until, node, kind: kind ?? '', page, narrowed: Object.keys(query).some((key) => key !== 'cursor') };
}

export default function Changes() {
  const { since, until, node, kind, page, narrowed } = useLoaderData<typeof loader>();
  const busy = useNavigation().state === 'loading';
  return (
    <>
      <GraphHeader
        title="Changes"
        lead="What began, changed and ended in the graph between two moments, and which event or sync made it. The last seven days unless you say otherwise."
      />
      <Form method="get" className={styles.finder} role="search" aria-label="Changes">
        <MomentField label="From (UTC)" name="since" moment={since} />
        <MomentField label="Until (UTC)" name="until" moment={until} />
        <NodePicker
          key={`node ${node.node?.id ?? node.text}`}
          label="About"
          name="node"
          placeholder="Anything, or one node"
          chosen={node.node}
          text={node.text}
        />
        <NativeSelect key={kind} className={styles.moment} label="Kind" name="kind" data={KINDS} defaultValue={kind} />
        <Button type="submit" loading={busy}>
          Show
        </Button>
        {narrowed ? <Link to="/graph/changes">Clear</Link> : null}
      </Form>
      <div className="stack">
        <Candidates end={node} field="node" label="About" />
        {page === null ? null : page.ok ? (
          <Panel flush>
            {page.value.data.length === 0 ? (
              <Empty title="Nothing changed">
                {narrowed
                  ? 'Try a longer time or another kind.'
                  : 'Nothing in the graph changed in the last seven days.'}
              </Empty>
            ) : (
              <>
                <ChangeTable changes={page.value.data} />
                <Pager shown={page.value.data.length} next={page.value.next} noun="change" />
              </>
            )}
          </Panel>
        ) : (
          <Refused title="This cannot be asked" problem={page.problem} />
        )}
      </div>
    </>
  );
}
