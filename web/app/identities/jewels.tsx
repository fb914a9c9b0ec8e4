import { Link } from '@remix-run/react';
import type { IdentityDetail } from '~/api/identities.server';
import { atMoment } from '~/graph/moment';
import { number } from '~/ui/words';

type Reached = NonNullable<NonNullable<IdentityDetail['reach']>['crownJewels']>;

/** The question for all paths from an identity, to tier zero or to a node. */
export function pathsOf(id: string, asOf: string | null, to?: string): string {
  const end = to === undefined ? '' : `&to=${to}`;
  return atMoment(`/graph?from=${id}${end}`, asOf);
}

/** What somebody gets who takes an identity over. */
export function radiusOf(id: string, asOf: string | null): string {
  return atMoment(`/graph/blast-radius?from=${id}`, asOf);
}

/** Crown jewels that an identity reaches, each with the way there. */
export function Jewels({ jewels, from, asOf }: { jewels: Reached | null; from: string; asOf: string | null }) {
  if (jewels === null) return 'None';
  return (
    <span className="row">
      {jewels.first.map(({ id, name }) => (
        <Link key={id} to={pathsOf(from, asOf, id)}>
          {name}
        </Link>
      ))}
      {jewels.count > jewels.first.length ? (
        <span className="mute">and {number(jewels.count - jewels.first.length)} more</span>
      ) : null}
    </span>
  );
}
