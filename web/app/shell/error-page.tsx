import { isRouteErrorResponse, Link, useLocation, useRouteError } from '@remix-run/react';
import { useRetry } from '~/live/use-retry';
import { Mark } from '~/ui/mark';
import styles from './error-page.module.css';

interface Shown {
  status: number;
  title: string;
  text: string;
}

const KNOWN: Record<number, Omit<Shown, 'status'>> = {
  400: { title: 'This address is not right', text: 'A part of it is not valid. Start again from the list.' },
  403: { title: 'Your role does not open this', text: 'Ask a super admin of your tenant if you need it.' },
  404: { title: 'There is nothing here', text: 'It may have been removed, or the address has a typo.' },
  405: { title: 'This address takes no forms', text: 'Go back and try again.' },
  502: { title: 'An answer could not be read', text: 'The console and the API may be of different versions.' },
  503: { title: 'Postern does not answer', text: 'The API could not be reached.' },
};

/** By the problem's code, where the status alone would say something else. */
const KNOWN_CODES: Record<string, Omit<Shown, 'status'>> = {
  'tenant.suspended': {
    title: 'This tenant is suspended',
    text: 'Nobody can use it until whoever runs Postern resumes it. Nothing is lost. Ask them, then reload.',
  },
};

/** The error page of every route; `bare` where the navigation itself could not be made. */
export function ErrorPage({ bare = false }: { bare?: boolean }) {
  const shown = describe(useRouteError());
  const passing = shown.status >= 500;
  useRetry(passing);
  const { pathname, search } = useLocation();
  // what is not there at a moment may be there now
  const then = new URLSearchParams(search).has('asOf');
  const Element = bare ? 'main' : 'div';
  return (
    <Element className={styles.page} data-bare={bare}>
      <Mark size={44} />
      <p className={styles.status}>{shown.status}</p>
      <h1>{shown.title}</h1>
      <p className={styles.text}>{shown.text}</p>
      {passing ? <p className="mute">This page tries again by itself.</p> : null}
      <p className={styles.links}>
        <a href={`${pathname}${search}`}>Reload</a>
        {then ? <a href={pathname}>Back to now</a> : null}
        <Link to="/" reloadDocument>
          Dashboard
        </Link>
      </p>
    </Element>
  );
}

function describe(error: unknown): Shown {
  const fallback = {
    title: 'Something went wrong here',
    text: 'The fault has been logged.',
  };
  if (!isRouteErrorResponse(error)) return { status: 500, ...fallback };
  const known = KNOWN[error.status] ?? fallback;
  const said: unknown = error.data;
  const code = typeof said === 'object' && said !== null && 'code' in said ? String(said.code) : '';
  const coded = KNOWN_CODES[code];
  if (coded !== undefined) return { status: error.status, ...coded };
  const detail = typeof said === 'object' && said !== null && 'detail' in said ? said.detail : null;
  return { status: error.status, title: known.title, text: typeof detail === 'string' ? detail : known.text };
}
