import { Button } from '@mantine/core';
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { coverageNotes } from '~/api/identities.server';
import { getSummary, listDetections, listIssues } from '~/api/issues.server';
import { askHealth, listSources } from '~/api/sources.server';
import { useSession } from '~/shell/session';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { CoverageList } from './coverage-list';
import styles from './dashboard.module.css';
import { DetectionBars } from './detection-bars';
import { SeverityBand } from './severity-band';
import { SourceLines } from './source-lines';
import { TopIssues } from './top-issues';

export const meta: MetaFunction = () => [{ title: 'Dashboard · Postern' }];

const TOP_ISSUES = 8;
/** Sources whose health the dashboard asks for one by one. */
const SHOWN_SOURCES = 6;

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const [summary, top, sources, coverage, detections] = await Promise.all([
    getSummary(api),
    listIssues(api, { limit: TOP_ISSUES, sort: '-priority' }),
    listSources(api),
    coverageNotes(api),
    listDetections(api),
  ]);
  const shown = await Promise.all(
    sources.slice(0, SHOWN_SOURCES).map(async (source) => {
      const health = await askHealth(api, source.id);
      return { source, health: health.ok ? health.value : null };
    }),
  );
  return {
    summary,
    top: top.data,
    shown,
    sources: sources.map(({ id, name }) => ({ id, name })),
    coverage,
    unknown: detections.reduce((sum, detection) => sum + (detection.unknown ?? 0), 0),
  };
}

export default function Dashboard() {
  const { summary, top, shown, sources, coverage, unknown } = useLoaderData<typeof loader>();
  if (sources.length === 0) return <Welcome />;
  return (
    <>
      <PageHeader title="Dashboard" />
      <div className="stack">
        <SeverityBand summary={summary} />
        <div className={styles.halves}>
          <Panel title="Top issues" action={<Link to="/issues">All issues</Link>} flush>
            <TopIssues issues={top} />
          </Panel>
          <Panel title="Open issues by detection" action={<Link to="/detections">Catalogue</Link>}>
            <DetectionBars rows={summary.byDetection} />
          </Panel>
        </div>
        <div className={styles.halves}>
          <Panel title="Sources" action={<Link to="/sources">All sources</Link>} flush>
            <SourceLines shown={shown} more={sources.length - shown.length} />
          </Panel>
          <Panel title="Coverage" hint="What could not be checked. Unknown is not a pass.">
            <CoverageList notes={coverage} sources={sources} unknown={unknown} />
          </Panel>
        </div>
      </div>
    </>
  );
}

function Welcome() {
  const { can } = useSession();
  const manage = can('sources:manage');
  return (
    <>
      <PageHeader title="Welcome to Postern" />
      <Panel>
        <Empty
          title="Connect your first source"
          action={
            manage ? (
              <Button component={Link} to="/sources/new">
                Connect a source
              </Button>
            ) : undefined
          }
        >
          Postern reads your Okta org, draws who can reach what, and shows the dangerous parts within seconds of the
          event that caused them. It needs a domain and a read-only credential; nothing in Okta is changed.
          {manage ? null : ' Ask a super admin or source admin to connect one.'}
        </Empty>
      </Panel>
    </>
  );
}
