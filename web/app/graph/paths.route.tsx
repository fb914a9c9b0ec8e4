import { Button, NativeSelect } from '@mantine/core';
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Form, Link, useLoaderData, useNavigation } from '@remix-run/react';
import { Notice, Refused } from '~/ui/notice';
import { Empty, Panel } from '~/ui/page';
import { plural } from '~/ui/words';
import { Candidates } from './candidates';
import { ExposedPeople } from './exposed-people';
import styles from './graph.module.css';
import { GraphCanvas } from './graph-canvas';
import { GraphHeader } from './graph-header';
import { kindName, verbOf } from './kinds';
import { AsItWas, MomentField } from './moment-form';
import { NodeLink } from './node-link';
import { NodePicker } from './node-picker';
import { PathGraph } from './path-graph';
import { PathSteps } from './path-steps';
import { loadPaths } from './paths.server';
import { pictureOf } from './picture';
import { Reachers } from './reachers';

export const meta: MetaFunction = () => [{ title: 'Attack paths · Postern' }];

/** Paths that are asked for beside the shortest, by how many steps longer they may be. */
const SLACKS = [
  { value: '0', label: 'Only the shortest' },
  { value: '1', label: 'Up to 1 step longer' },
  { value: '2', label: 'Up to 2 steps longer' },
  { value: '3', label: 'Up to 3 steps longer' },
];

export async function loader(args: LoaderFunctionArgs) {
  return loadPaths(args);
}

export default function AttackPaths() {
  const { asOf, slack, from, to, exposed, reachable, answer } = useLoaderData<typeof loader>();
  const busy = useNavigation().state === 'loading';
  return (
    <>
      <GraphHeader
        title="Attack paths"
        lead="Who can reach what, over which steps. Without an end, the question is who can reach tier zero: control of the whole org."
      />
      <Form method="get" className={styles.finder} role="search" aria-label="Path">
        <NodePicker
          key={`from ${from.node?.id ?? from.text}`}
          label="From"
          name="from"
          placeholder="A person, group, app or role"
          chosen={from.node}
          text={from.text}
          asOf={asOf}
        />
        <NodePicker
          key={`to ${to.node?.id ?? to.text}`}
          label="To"
          name="to"
          placeholder="Tier zero"
          chosen={to.node}
          text={to.text}
          asOf={asOf}
        />
        <NativeSelect
          key={`slack ${slack}`}
          className={styles.moment}
          label="Paths"
          name="slack"
          data={SLACKS}
          defaultValue={slack}
        />
        <MomentField label="As it was on (UTC)" name="asOf" moment={asOf} />
        <Button type="submit" loading={busy}>
          Find paths
        </Button>
        {from.text === '' && to.text === '' && asOf === null ? null : <Link to="/graph">Clear</Link>}
      </Form>
      <div className="stack">
        {asOf === null ? null : <AsItWas moment={asOf} />}
        <Candidates end={from} field="from" label="From" />
        <Candidates end={to} field="to" label="To" />
        {answer === null ? null : <Answer />}
        {reachable === null || to.node === null ? null : reachable.ok ? (
          <Reachers reachable={reachable.value} to={to.node} asOf={asOf} />
        ) : (
          <Refused problem={reachable.problem} />
        )}
        {exposed === null ? null : exposed.ok ? (
          <ExposedPeople exposed={exposed.value} asOf={asOf} />
        ) : (
          <Refused problem={exposed.problem} />
        )}
      </div>
    </>
  );
}

function Answer() {
  const { asOf, from, to, answer } = useLoaderData<typeof loader>();
  if (answer === null || from.node === null) return null;
  const goal = to.node === null ? 'tier zero' : to.node.name;
  const title = `From ${from.node.name} to ${goal}`;
  if (answer.problem !== null) {
    return (
      <Refused title={asOf === null ? undefined : 'This could not be answered for then'} problem={answer.problem} />
    );
  }
  const [first] = answer.paths;
  if (first === undefined) {
    return (
      <Panel title={title}>
        <Empty title="No path">
          {asOf === null ? 'Nothing leads' : 'Nothing led'} from <NodeLink node={from.node} asOf={asOf} /> to {goal}.
        </Empty>
      </Panel>
    );
  }
  const many = answer.paths.length > 1;
  return (
    <>
      {answer.truncated ? (
        <Notice tone="warn">There are more paths than these, or than one question looks at.</Notice>
      ) : null}
      <Panel title={title} hint={hintOf(answer.paths)}>
        {many ? (
          <GraphCanvas asOf={asOf} picture={pictureOf(answer.paths, verbOf)} label={`Paths ${title.toLowerCase()}`} />
        ) : (
          <PathGraph
            steps={first}
            label={`Path from ${from.node.name} to ${goal}`}
            goal={to.node === null ? undefined : kindName(to.node.kind)}
          />
        )}
      </Panel>
      {answer.paths.map((path, place) => {
        const label = many ? `Path ${place + 1}, ${plural(path.length - 1, 'step')}` : 'Step by step';
        return (
          <Panel key={path.map(({ node, edge }) => `${node.id}${edge}`).join()} title={label}>
            <PathSteps steps={path} label={label} asOf={asOf} />
          </Panel>
        );
      })}
    </>
  );
}

/** How many paths there are, and of how many steps: the first is a shortest one. */
function hintOf(paths: unknown[][]): string {
  const lengths = paths.map((path) => path.length - 1);
  const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
  if (paths.length === 1) return 'The shortest path.';
  if (least === most) return `The ${plural(paths.length, 'shortest path')}.`;
  return `${plural(paths.length, 'path')} of ${least} to ${most} steps, the shortest first.`;
}
