import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { CriticalityPanel } from '~/criticality/criticality-panel';
import { BasketButton } from '~/graph/basket-button';
import { ChangeTable } from '~/graph/change-table';
import { kindName, nodePath } from '~/graph/kinds';
import { atMoment } from '~/graph/moment';
import { MomentForm } from '~/graph/moment-form';
import { Reachers } from '~/graph/reachers';
import { Refused } from '~/ui/notice';
import { PageHeader, Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { words } from '~/ui/words';
import { text } from './attributes';
import { BlastRadiusPanel } from './blast-radius';
import { CriticalityTag } from './criticality-tag';
import { NeighbourPanels } from './neighbours';
import { loadNode } from './node.server';
import { NodeDocuments, NodeFacts } from './node-facts';
import { Surroundings } from './surroundings';
import { Exclusions, SwitchedOff } from './told-beside';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data?.detail.node.name ?? 'Inventory'} · Postern` },
];

export async function loader(args: LoaderFunctionArgs) {
  return loadNode(args);
}

export default function NodePage() {
  const { slug, asOf, detail, reachable, radius, changes, switchedOff, sourceName } = useLoaderData<typeof loader>();
  const { node } = detail;
  const status = text(node.attributes.status);
  return (
    <>
      <PageHeader
        title={node.name}
        parent={{ to: atMoment(`/inventory/${slug}`, asOf), label: words(slug) }}
        marks={
          <>
            {status === null ? null : <StatusTag status={status} />}
            {node.criticality === null ? null : <CriticalityTag criticality={node.criticality} />}
          </>
        }
        lead={`${words(kindName(node.kind))} in ${sourceName}`}
        actions={
          <>
            <Link to={atMoment(`/graph?from=${node.id}`, asOf)}>Paths from it</Link>
            <Link to={atMoment(`/graph?to=${node.id}`, asOf)}>Paths to it</Link>
            {asOf === null ? <BasketButton removal={{ kind: 'node', id: node.id }} about={node.name} /> : null}
          </>
        }
      />
      <div className="stack" key={nodePath(node)}>
        <MomentForm moment={asOf} />
        <Panel>
          <NodeFacts detail={detail} sourceName={sourceName} asOf={asOf} />
        </Panel>
        <CriticalityPanel node={node} changeable={asOf === null} />
        <Surroundings detail={detail} asOf={asOf} />
        <NeighbourPanels detail={detail} asOf={asOf} />
        <Exclusions exclusions={detail.exclusions} asOf={asOf} />
        {switchedOff === null ? null : <SwitchedOff page={switchedOff} asOf={asOf} />}
        {reachable.ok ? (
          <Reachers reachable={reachable.value} to={node} asOf={asOf} paged />
        ) : (
          <Refused title="Who can reach it could not be told" problem={reachable.problem} />
        )}
        {radius.ok ? (
          <BlastRadiusPanel radius={radius.value} asOf={asOf} />
        ) : (
          <Refused title="What it can reach could not be told" problem={radius.problem} />
        )}
        {changes === null ? null : (
          <Panel
            title="History"
            hint={`What began, changed and ended here${asOf === null ? '' : ' until today'}, the latest first.`}
            flush={changes.data.length > 0}
            action={changes.next === null ? undefined : <Link to={`/graph/changes?node=${node.id}`}>All changes</Link>}
          >
            {changes.data.length === 0 ? (
              <p className="mute">Nothing is known of its past.</p>
            ) : (
              <ChangeTable changes={changes.data} />
            )}
          </Panel>
        )}
        <NodeDocuments node={node} />
      </div>
    </>
  );
}
