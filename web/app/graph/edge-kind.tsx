import type { EdgeKindInfo } from '~/api/graph.server';
import { Facts, Panel } from '~/ui/page';
import { edgeName } from './kinds';

const WALKS: Record<string, string> = {
  through: 'A path goes on over it',
  last: 'A path may end with it',
  no: 'No step of a path',
};

/** What a kind of edge says, what an attacker does with it, and what takes it away. */
export function EdgeKind({ about }: { about: EdgeKindInfo }) {
  const { kind, meaning, explanation, remediation, derived, walk } = about;
  return (
    <Panel title={edgeName(kind)} hint={meaning ?? undefined}>
      <Facts
        facts={[
          { label: 'To an attacker', value: explanation ?? '–' },
          { label: 'What to do', value: remediation ?? '–' },
          { label: 'In attack paths', value: WALKS[walk] ?? WALKS.no },
          { label: 'Known from', value: derived ? 'Role assignments, worked out at each question' : 'What was read' },
        ]}
      />
    </Panel>
  );
}
