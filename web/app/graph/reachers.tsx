import type { ReachableBy } from '~/api/graph.server';
import { Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { number, plural } from '~/ui/words';
import { PeopleWithWays } from './people-with-ways';

interface ReachersProps {
  reachable: ReachableBy;
  to: { id: string; name: string };
  /** The moment that is looked at; null: now. */
  asOf: string | null;
  /** Whether the pages of the list are the pages of the page. */
  paged?: boolean;
}

/** The people with a path to a node, by name, and how each gets there. */
export function Reachers({ reachable: { counts, truncated, data, next }, to, asOf, paged = false }: ReachersProps) {
  const admins = counts.global_admin + counts.admin;
  return (
    <Panel
      title="Who can reach it"
      hint={`${plural(counts.total, 'identity', 'identities')}${truncated ? ' or more' : ''}, ${number(admins)} of them with admin rights.`}
      flush={data.length > 0}
    >
      {data.length === 0 ? (
        <p className="mute">
          Nobody {asOf === null ? 'has' : 'had'} a path to {to.name}.
        </p>
      ) : (
        <>
          <PeopleWithWays caption={`Who can reach ${to.name}`} people={data} to={to.id} asOf={asOf} />
          {paged ? <Pager shown={data.length} next={next} noun="identity" nouns="identities" /> : null}
        </>
      )}
    </Panel>
  );
}
