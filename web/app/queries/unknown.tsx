import { Link } from '@remix-run/react';
import type { UnknownNeed } from '~/api/queries.server';
import { Notice } from '~/ui/notice';
import { words } from '~/ui/words';

/** What a query needs that is not known whole: an empty answer is then no good news. */
export function Unknown({ unknown, sources }: { unknown: UnknownNeed[]; sources: Record<string, string> }) {
  if (unknown.length === 0) return null;
  return (
    <Notice tone="warn" title="Not everything that this needs is known">
      <ul>
        {unknown.map(({ source, need, reason }) => (
          <li key={`${source} ${need}`}>
            {words(need)} of {sources[source] ?? source}: {reason}
          </li>
        ))}
      </ul>
      <Link to="/coverage">Coverage</Link>
    </Notice>
  );
}
