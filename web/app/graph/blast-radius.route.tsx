import { Button } from '@mantine/core';
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Form, Link, useLoaderData, useNavigation } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { askBlastRadius } from '~/api/graph.server';
import { BlastRadiusPanel } from '~/inventory/blast-radius';
import { queryOf } from '~/server/query.server';
import { Notice, Refused } from '~/ui/notice';
import { Empty, Panel } from '~/ui/page';
import { BasketButton } from './basket-button';
import { Candidates } from './candidates';
import { endOf } from './ends.server';
import styles from './graph.module.css';
import { GraphHeader } from './graph-header';
import { atMoment, momentFrom } from './moment';
import { AsItWas, MomentField } from './moment-form';
import { NodeLink } from './node-link';
import { NodePicker } from './node-picker';

export const meta: MetaFunction = () => [{ title: 'Blast radius · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const query = queryOf(args.request, ['from', 'asOf'] as const);
  const asOf = momentFrom(query.asOf);
  const from = await endOf(api, query.from, { asOf });
  const radius = from.node === null ? null : await askBlastRadius(api, { from: from.node.id, asOf });
  return { asOf, from: radius?.ok === true ? { ...from, node: radius.value.node } : from, radius };
}

export default function BlastRadiusPage() {
  const { asOf, from, radius } = useLoaderData<typeof loader>();
  const busy = useNavigation().state === 'loading';
  return (
    <>
      <GraphHeader
        title="Blast radius"
        lead="What somebody gets who takes over a person, an account, a credential, a group, an app or a role."
      />
      <Form method="get" className={styles.finder} role="search" aria-label="Blast radius">
        <NodePicker
          key={`from ${from.node?.id ?? from.text}`}
          label="Taken over"
          name="from"
          placeholder="A person, group, app or role"
          chosen={from.node}
          text={from.text}
          asOf={asOf}
        />
        <MomentField label="As it was on (UTC)" name="asOf" moment={asOf} />
        <Button type="submit" loading={busy}>
          Show
        </Button>
        {from.text === '' && asOf === null ? null : <Link to="/graph/blast-radius">Clear</Link>}
      </Form>
      <div className="stack">
        {asOf === null ? null : <AsItWas moment={asOf} />}
        <Candidates end={from} field="from" label="Taken over" />
        {from.text === '' ? (
          <Panel>
            <Empty title="Choose what is taken over" action={<Link to="/graph">Who can reach tier zero</Link>}>
              The answer counts the apps, groups, roles and other things in reach, and names those that matter most
              first.
            </Empty>
          </Panel>
        ) : null}
        {from.node === null || radius === null ? null : radius.ok ? (
          <>
            <div className="row">
              <NodeLink node={from.node} asOf={asOf} />
              <Link to={atMoment(`/graph?from=${from.node.id}`, asOf)}>Paths to tier zero</Link>
              {asOf === null ? (
                <BasketButton removal={{ kind: 'node', id: from.node.id }} about={from.node.name} />
              ) : null}
            </div>
            {radius.value.truncated ? (
              <Notice tone="warn">More is in reach than one question looks at: the numbers are of a part.</Notice>
            ) : null}
            <BlastRadiusPanel radius={radius.value} asOf={asOf} />
          </>
        ) : (
          <Refused problem={radius.problem} />
        )}
      </div>
    </>
  );
}
