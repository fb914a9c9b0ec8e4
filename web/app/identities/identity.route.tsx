import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { apiOf } from '~/api/client.server';
import { getIdentity, setIdentityKind } from '~/api/identities.server';
import { listDetections, listIssues } from '~/api/issues.server';
import { listSources } from '~/api/sources.server';
import { TopIssues } from '~/dashboard/top-issues';
import { momentFrom } from '~/graph/moment';
import { MomentForm } from '~/graph/moment-form';
import { PathGraph } from '~/graph/path-graph';
import { useAnswer } from '~/live/use-answer';
import { answer } from '~/server/answer.server';
import { readForm } from '~/server/form.server';
import { paramOf } from '~/server/params.server';
import { queryOf } from '~/server/query.server';
import { AnswerNotice } from '~/ui/notice';
import { Facts, PageHeader, Panel } from '~/ui/page';
import { Label, StatusTag, TierTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { number, plural, words } from '~/ui/words';
import { Accounts } from './accounts';
import { Apps, Groups, Roles } from './holdings';
import { IdentityKind } from './identity-kind';
import { BY_RULES, KIND_CHOICES } from './kinds';
import { Verdicts } from './verdicts';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data?.detail.identity.name ?? 'Identity'} · Postern` },
];

const SHOWN_ISSUES = 20;

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const id = paramOf(args, 'id');
  const asOf = momentFrom(queryOf(args.request, ['asOf'] as const).asOf);
  const [detail, issues, sources, detections] = await Promise.all([
    getIdentity(api, id, asOf ?? undefined),
    listIssues(api, { identity: id, limit: SHOWN_ISSUES }),
    listSources(api),
    listDetections(api),
  ]);
  return {
    asOf,
    detail,
    issues: issues.data,
    sources: Object.fromEntries(sources.map((source) => [source.id, source.name])),
    titles: Object.fromEntries(detections.map((detection) => [detection.id, detection.title])),
  };
}

const kindForm = z.object({ kind: z.enum(KIND_CHOICES) });

export async function action(args: ActionFunctionArgs) {
  const api = await apiOf(args);
  const read = readForm(await args.request.formData(), kindForm);
  if (!read.ok) return answer(read, '');
  const { kind } = read.value;
  return answer(await setIdentityKind(api, paramOf(args, 'id'), kind === BY_RULES ? null : kind), 'The kind is saved.');
}

export default function IdentityPage() {
  const { asOf, detail, issues, sources, titles } = useLoaderData<typeof loader>();
  const { identity, reach } = detail;
  const path = reach?.pathToTierZero ?? null;
  const saved = useAnswer<typeof action>();
  // what was held once cannot be taken away
  const [account] = detail.accounts;
  const accountId = asOf === null ? (account?.id ?? null) : null;
  return (
    <>
      <PageHeader
        title={identity.name}
        parent={{ to: '/identities', label: 'Identities' }}
        marks={
          <>
            {identity.kind === 'human' ? null : <Label>{words(identity.kind)}</Label>}
            {identity.status === null ? null : <StatusTag status={identity.status} />}
            {identity.tier === null || identity.tier === 'none' ? null : <TierTag tier={identity.tier} />}
          </>
        }
        lead={[identity.title, identity.department].filter((part) => part !== null).join(', ') || undefined}
      />
      <AnswerNotice answer={saved} />
      <div className="stack">
        <MomentForm moment={asOf} />
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
        <Panel
          title="Path to tier zero"
          hint="The shortest way from this identity to control of the whole org."
          action={<Link to={pathsOf(identity.id, asOf)}>All paths</Link>}
        >
          {path === null ? (
            <p className="mute">No path leads from this identity to tier zero.</p>
          ) : (
            <PathGraph steps={path} label={`Path from ${identity.name} to tier zero`} />
          )}
        </Panel>
        <div className="columns">
          <div className="stack">
            {asOf !== null ? null : (
              <Panel title="Open issues" flush={issues.length > 0}>
                {issues.length === 0 ? <p className="mute">None.</p> : <TopIssues issues={issues} />}
              </Panel>
            )}
            <Panel title="Accounts" flush>
              <Accounts accounts={detail.accounts} sources={sources} changeable={asOf === null} />
            </Panel>
            <Roles roles={detail.roles} accountId={accountId} />
            <Apps apps={detail.apps} identityId={identity.id} accountId={accountId} />
            <Groups groups={detail.groups} accountId={accountId} />
          </div>
          <div className="stack">
            <IdentityKind identity={identity} changeable={asOf === null} />
            <Panel title="Checks" hint="What each detection says of this identity.">
              {asOf === null ? (
                <Verdicts verdicts={detail.verdicts} titles={titles} />
              ) : (
                <p className="mute">Checks are of now: they have no past.</p>
              )}
            </Panel>
          </div>
        </div>
      </div>
    </>
  );
}

function pathsOf(id: string, asOf: string | null): string {
  return `/graph?from=${id}${asOf === null ? '' : `&asOf=${encodeURIComponent(asOf)}`}`;
}
