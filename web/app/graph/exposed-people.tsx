import { Link } from '@remix-run/react';
import type { ExposedPerson } from '~/api/graph.server';
import { Empty, Panel } from '~/ui/page';
import { number, plural } from '~/ui/words';
import { PeopleWithWays } from './people-with-ways';

interface ExposedPeopleProps {
  exposed: { identities: number; truncated: boolean; data: ExposedPerson[] };
  /** The moment that is looked at; null: now. */
  asOf: string | null;
}

/** Who has a way to tier zero, the weakest first. */
export function ExposedPeople({ exposed: { identities, truncated, data }, asOf }: ExposedPeopleProps) {
  const shown = data.length < identities ? `, the weakest ${number(data.length)} of them first` : ', the weakest first';
  return (
    <Panel
      title="Who can reach tier zero"
      hint={`${plural(identities, 'identity', 'identities')}${truncated ? ' or more' : ''}${shown}: who can sign in without a second factor, is no administrator by name, and has the shortest way.`}
      flush={data.length > 0}
    >
      {data.length === 0 ? (
        <Empty title="No way to tier zero is known" action={<Link to="/coverage">What could be read</Link>}>
          Among what the sources let Postern read, no path leads from a person to control of the whole org. What is not
          read is not judged.
        </Empty>
      ) : (
        <PeopleWithWays caption="Who can reach tier zero" people={data} asOf={asOf} factors />
      )}
    </Panel>
  );
}
