import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { getIdentity } from '~/api/identities.server';
import { listDetections, listIssues } from '~/api/issues.server';
import { listSources } from '~/api/sources.server';
import { TopIssues } from '~/dashboard/top-issues';
import { PathGraph } from '~/graph/path-graph';
import { paramOf } from '~/server/params.server';
import { Facts, PageHeader, Panel } from '~/ui/page';
import { StatusTag, TierTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { number, plural } from '~/ui/words';
import { Accounts } from './accounts';
import { Apps, Groups, Roles } from './holdings';
import { Verdicts } from './verdicts';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data?.detail.identity.name ?? 'Identity'} · Postern` },
];

const SHOWN_ISSUES = 20;

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const id = paramOf(args, 'id');
  const [detail, issues, sources, detections] = await Promise.all([
    getIdentity(api, id),
    listIssues(api, { identity: id, limit: SHOWN_ISSUES }),
    listSources(api),
    listDetections(api),
  ]);
  return {
    detail,
    issues: issues.data,
    sources: Object.fromEntries(sources.map((source) => [source.id, source.name])),
    titles: Object.fromEntries(detections.map((detection) => [detection.id, detection.title])),
  };
}

export default function IdentityPage() {
  const { detail, issues, sources, titles } = useLoaderData<typeof loader>();
  const { identity, reach } = detail;
  const path = reach?.pathToTierZero ?? null;
  return (
    <>
      <PageHeader
        title={identity.name}
        parent={{ to: '/identities', label: 'Identities' }}
        marks={
          <>
            {identity.status === null ? null : <StatusTag status={identity.status} />}
            {identity.tier === null || identity.tier === 'none' ? null : <TierTag tier={identity.tier} />}
          </>
        }
        lead={[identity.title, identity.department].filter((part) => part !== null).join(', ') || undefined}
      />
      <div className="stack">
        <Panel>
          <Facts
            facts={[
              { label: 'Login', value: identity.login ?? '–' },
              { label: 'E-mail', value: identity.email ?? '–' },
              { label: 'Last sign-in', value: <Ago at={identity.lastLoginAt} /> },
              {
                label: 'Source',
                value: identity.source === null ? '–' : (sources[identity.source] ?? identity.source),
              },
              {
                label: 'Reaches',
                value:
                  reach === null
                    ? 'Not known'
                    : [plural(reach.apps, 'app'), plural(reach.groups, 'group'), plural(reach.roles, 'role')].join(
                        ', ',
                      ),
              },
              {
                label: 'Open issues',
                value: <Link to={`/issues?identity=${identity.id}`}>{number(identity.openIssues)}</Link>,
              },
            ]}
          />
        </Panel>
        <Panel title="Path to tier zero" hint="The shortest way from this identity to control of the whole org.">
          {path === null ? (
            <p className="mute">No path leads from this identity to tier zero.</p>
          ) : (
            <PathGraph steps={path} label={`Path from ${identity.name} to tier zero`} />
          )}
        </Panel>
        <div className="columns">
          <div className="stack">
            <Panel title="Open issues" flush={issues.length > 0}>
              {issues.length === 0 ? <p className="mute">None.</p> : <TopIssues issues={issues} />}
            </Panel>
            <Panel title="Accounts" flush>
              <Accounts accounts={detail.accounts} sources={sources} />
            </Panel>
            <Roles roles={detail.roles} />
            <Apps apps={detail.apps} />
            <Groups groups={detail.groups} />
          </div>
          <Panel title="Checks" hint="What each detection says of this identity.">
            <Verdicts verdicts={detail.verdicts} titles={titles} />
          </Panel>
        </div>
      </div>
    </>
  );
}
