import { data, type LoaderFunctionArgs } from '@remix-run/cloudflare';
import { Outlet, type ShouldRevalidateFunctionArgs, useLoaderData, useLocation } from '@remix-run/react';
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
import { Navigation } from './navigation';
import styles from './shell.module.css';

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const path = new URL(args.request.url).pathname;
  const flash = await readFlash(args.request);
  const session = await getSession(api);
  // an operator's session belongs to no tenant, so there are no issues to ask for
  const summary = session.tenant === null ? null : await askSummary(api);
  const shell = {
    session,
    flash,
    basket: await readBasket(args.request),
    openIssues: summary?.ok === true ? summary.value.open.total : null,
    live: { path, revision: summary === null ? '' : await revisionOf(api, path, summary) },
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
        <Navigation openIssues={openIssues} />
        <div className={styles.main}>
          <Header session={session} live={state} />
          <main id="content" className={styles.content} tabIndex={-1}>
            {flash === null ? null : <Notice tone="good">{flash}</Notice>}
            {session.tenant === null ? (
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

function NoTenant() {
  return (
    <Empty title="This account belongs to no tenant">
      Operators work through the API: name a tenant with the X-Postern-Tenant header. Sign in with an account of a
      tenant to see its posture here.
    </Empty>
  );
}

export function ErrorBoundary() {
  return <ErrorPage bare />;
}
