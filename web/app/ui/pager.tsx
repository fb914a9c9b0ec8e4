import { Link, useSearchParams } from '@remix-run/react';
import { IconArrowBarToLeft, IconArrowRight } from '@tabler/icons-react';
import styles from './pager.module.css';
import { plural } from './words';

/** Keyset pages: forward, and back to the start. */
export function Pager({
  shown,
  next,
  noun,
  nouns,
}: {
  shown: number;
  next: string | null;
  noun: string;
  nouns?: string;
}) {
  const [query] = useSearchParams();
  const later = query.has('cursor');
  return (
    <nav className={styles.pager} aria-label="Pages">
      <span className="mute">
        {plural(shown, noun, nouns)}
        {next === null && !later ? '' : ' on this page'}
      </span>
      <span className={styles.links}>
        {later ? (
          <Link to={`?${without(query)}`}>
            <IconArrowBarToLeft size={15} aria-hidden="true" /> First page
          </Link>
        ) : null}
        {next === null ? null : (
          <Link to={`?${withCursor(query, next)}`} prefetch="intent">
            Next page <IconArrowRight size={15} aria-hidden="true" />
          </Link>
        )}
      </span>
    </nav>
  );
}

function without(query: URLSearchParams): URLSearchParams {
  const first = new URLSearchParams(query);
  first.delete('cursor');
  return first;
}

function withCursor(query: URLSearchParams, cursor: string): URLSearchParams {
  const next = new URLSearchParams(query);
  next.set('cursor', cursor);
  return next;
}
