import { data, type LoaderFunctionArgs, redirect } from '@remix-run/cloudflare';
import { Link, Outlet, type ShouldRevalidateFunctionArgs, useLoaderData, useLocation } from '@remix-run/react';
import { useEffect } from 'react';
import { apiOf } from '~/api/client.server';
import { askSummary } from '~/api/issues.server';
import { getSession } from '~/api/session.server';
import { readBasket } from '~/graph/basket.server';
import { revisionOf } from '~/live/revision.server';
import { useClock } from '~/live/use-clock';
import { useLive } from '~/live/use-live';
import { FixHost } from '~/remediation/fix-host';
import { clearFlash, readFlash } from '~/server/flash.server';
import { Notice } from '~/ui/notice';
import { Empty } from '~/ui/page';
import { NowProvider } from '~/ui/time';
import { ErrorPage } from './error-page';
import { Header } from './header';
import { Navigation, pagesFor } from './navigation';
import styles from './shell.module.css';

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const path = new URL(args.request.url).pathname;
  const flash = await readFlash(args.request);
  const session = await getSession(api);
  const operates = session.permissions.includes('operate');
  if (session.tenant === null && operates && path === '/') throw redirect('/operate');
  // an operator's session belongs to no tenant, so there are no issues to ask for
  const summary = session.tenant === null ? null : await askSummary(api);
  const shell = {
    session,
    flash,
    basket: await readBasket(args.request),
    openIssues: summary?.ok === true ? summary.value.open.total : null,
    live: { path, revision: await revisionOf(api, path, summary) },
    now: new Date().toISOString(),
  };
  return data(shell, flash === null ? {} : { headers: { 'Set-Cookie': await clearFlash() } });
}

/** Always: `now`, the notice and the revision belong to the page just shown. */
export function shouldRevalidate({ defaultShouldRevalidate, nextUrl, currentUrl }: ShouldRevalidateFunctionArgs) {
  return defaultShouldRevalidate || nextUrl.pathname !== currentUrl.pathname;
}

export default function Shell() {
  const { session, flash, openIssues, live, now } = useLoaderData<typeof loader>();
  const state = useLive(live);
  const { pathname } = useLocation();

  // biome-ignore lint/correctness/useExhaustiveDependencies: each page starts with the navigation closed
  useEffect(() => {
    const open = document.getElementById('navigation');
    if (open?.matches(':popover-open')) open.hidePopover();
  }, [pathname]);

  return (
    <NowProvider value={useClock(now)}>
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <div className={styles.shell}>
        <Navigation openIssues={openIssues} pages={pagesFor(session)} />
        <div className={styles.main}>
          <Header session={session} live={state} />
          <main id="content" className={styles.content} tabIndex={-1}>
            {flash === null ? null : <Notice tone="good">{flash}</Notice>}
            {session.tenant === null && !OF_NO_TENANT.test(pathname) ? (
              <NoTenant />
            ) : (
              <FixHost>
                <Outlet />
              </FixHost>
            )}
          </main>
        </div>
      </div>
    </NowProvider>
  );
}

/** Pages that are of no tenant. */
const OF_NO_TENANT = /^\/(operate|settings\/account)(\/|$)/;

function NoTenant() {
  return (
    <>
      <h1 className="spoken">No tenant</h1>
      <Empty title="This page is of one tenant" action={<Link to="/operate">All tenants</Link>}>
        An operator's account belongs to none. Sign in with an account of a tenant to see its posture here, or name it
        to the API with the X-Postern-Tenant header.
      </Empty>
    </>
  );
}

export function ErrorBoundary() {
  return <ErrorPage bare />;
}
