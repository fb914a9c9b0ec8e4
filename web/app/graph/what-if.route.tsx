import { Button } from '@mantine/core';
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { problemText } from '~/api/problem';
import { Notice } from '~/ui/notice';
import { Empty, Panel } from '~/ui/page';
import { Ago } from '~/ui/time';
import styles from './graph.module.css';
import { GraphHeader } from './graph-header';
import { verbOf } from './kinds';
import { MadeBy, NodeLink } from './node-link';
import { WhatFollows } from './what-follows';
import { loadWhatIf, type Named } from './what-if.server';

export const meta: MetaFunction = () => [{ title: 'What if · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  return loadWhatIf(args);
}

export default function WhatIfPage() {
  const { basket, outcome, titles } = useLoaderData<typeof loader>();
  return (
    <>
      <GraphHeader
        title="What if"
        lead="What would follow if these were removed: who would lose their way to tier zero, to crown jewels and apps, and which issues would go. Nothing is removed by asking."
      />
      <div className="stack">
        <Panel
          title={basket.length === 0 ? undefined : 'To be removed'}
          action={basket.length === 0 ? undefined : <BasketForm intent="clear" label="Empty the list" />}
        >
          {basket.length === 0 ? (
            <Empty title="Nothing to ask about yet" action={<Link to="/graph/choke-points">Look at choke points</Link>}>
              Press “What if removed” beside a membership, a role, an assignment, a group or an app, here and on other
              pages. What you collect stands here.
            </Empty>
          ) : (
            <ul className={styles.plain} aria-label="To be removed">
              {basket.map((one) => (
                <li key={one.key}>
                  <Removed one={one} />
                  <BasketForm intent="drop" removal={one.key} label="Keep it" />
                </li>
              ))}
            </ul>
          )}
        </Panel>
        {outcome === null ? null : outcome.ok ? (
          <WhatFollows outcome={outcome.value} titles={titles} />
        ) : (
          <Notice tone="bad" title="This could not be answered">
            {problemText(outcome.problem)}
          </Notice>
        )}
      </div>
    </>
  );
}

function Removed({ one: { key, node, edge } }: { one: Named }) {
  if (node !== null) return <NodeLink node={node} />;
  if (edge === null) {
    return (
      <span>
        <span className="mono break">{key.split('~').join(' ')}</span> is not in the graph any more
      </span>
    );
  }
  return (
    <>
      <NodeLink node={edge.from} />
      <span className="mute">{verbOf(edge.kind)}</span>
      <NodeLink node={edge.to} />
      <span className="mute">
        since <Ago at={edge.since} />, by <MadeBy by={edge.by} />
      </span>
    </>
  );
}

function BasketForm({ intent, removal = '', label }: { intent: string; removal?: string; label: string }) {
  return (
    <Form method="post" action="/graph/basket" preventScrollReset>
      <input type="hidden" name="removal" value={removal} />
      <input type="hidden" name="back" value="/graph/what-if" />
      <Button type="submit" name="intent" value={intent} size="compact-xs" variant="default">
        {label}
      </Button>
    </Form>
  );
}
