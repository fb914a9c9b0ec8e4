import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { apiOf } from '~/api/client.server';
import { getIdentity, joinIdentity, listMatches, setIdentityKind, splitAccount } from '~/api/identities.server';
import { listDetections, listIssues } from '~/api/issues.server';
import type { Problem } from '~/api/problem';
import { listSources } from '~/api/sources.server';
import { TopIssues } from '~/dashboard/top-issues';
import { atMoment, momentFrom } from '~/graph/moment';
import { MomentForm } from '~/graph/moment-form';
import { PathGraph } from '~/graph/path-graph';
import { isNodeId } from '~/graph/search.server';
import { CriticalityTag } from '~/inventory/criticality-tag';
import { useAnswer } from '~/live/use-answer';
import { answer, redirectWith } from '~/server/answer.server';
import { readForm } from '~/server/form.server';
import { paramOf } from '~/server/params.server';
import { queryOf } from '~/server/query.server';
import { Address } from '~/ui/address';
import { AnswerNotice } from '~/ui/notice';
import { Facts, PageHeader, Panel } from '~/ui/page';
import { Label, StatusTag, TierTag } from '~/ui/status';
import { Past } from '~/ui/time';
import { number, plural, words } from '~/ui/words';
import { Accounts } from './accounts';
import { Apps, Groups, Roles } from './holdings';
import { IdentityKind } from './identity-kind';
import { Jewels, pathsOf, radiusOf } from './jewels';
import { JoinAccounts } from './join';
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
  const [detail, matches, issues, sources, detections] = await Promise.all([
    getIdentity(api, id, asOf ?? undefined),
    asOf === null ? listMatches(api, id) : [],
    asOf === null ? listIssues(api, { identity: id, limit: SHOWN_ISSUES }) : { data: [] },
    listSources(api),
    listDetections(api),
  ]);
  return {
    asOf,
    detail,
    matches,
    issues: issues.data,
    sources: Object.fromEntries(sources.map((source) => [source.id, source.name])),
    titles: Object.fromEntries(detections.map((detection) => [detection.id, detection.title])),
  };
}

const form = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('kind'), kind: z.enum(KIND_CHOICES) }),
  z.object({ intent: z.literal('split'), id: z.string().min(1) }),
  z.object({ intent: z.literal('join'), id: z.string().min(1) }),
  z.object({ intent: z.literal('join-found'), other: z.string().trim() }),
]);

export async function action(args: ActionFunctionArgs) {
  const api = await apiOf(args);
  const id = paramOf(args, 'id');
  const read = readForm(await args.request.formData(), form);
  if (!read.ok) return answer(read, '');
  const asked = read.value;
  if (asked.intent === 'kind') {
    return answer(await setIdentityKind(api, id, asked.kind === BY_RULES ? null : asked.kind), 'The kind is saved.');
  }
  if (asked.intent === 'split') {
    const split = await splitAccount(api, id, asked.id);
    return answer(split, 'The account is an identity of its own now. Syncs leave it so.');
  }
  const other = asked.intent === 'join' ? asked.id : asked.other;
  if (!isNodeId(other)) return answer({ ok: false, problem: NOBODY_CHOSEN }, '');
  const made = await joinIdentity(api, id, other.startsWith('acc_') ? { accountId: other } : { identityId: other });
  if (made.ok && made.value.identityId !== id) throw await redirectWith(`/identities/${made.value.identityId}`, JOINED);
  return answer(made, JOINED);
}

const JOINED = 'They are one identity now. Syncs leave it so.';

const NOBODY_CHOSEN: Problem = {
  status: 400,
  code: 'invalid_request',
  title: 'Choose whom to join',
  detail: 'Type a part of the name, and choose from the list.',
  fields: {},
};

export default function IdentityPage() {
  const { asOf, detail, matches, issues, sources, titles } = useLoaderData<typeof loader>();
  const { identity, reach } = detail;
  const path = reach?.pathToTierZero ?? null;
  const saved = useAnswer<typeof action>();
  // what was held once cannot be taken away
  const [account, ...more] = detail.accounts;
  // of several accounts, which one holds it is told by the source's own page
  const accountId = asOf === null && more.length === 0 ? (account?.id ?? null) : null;
  return (
    <>
      <PageHeader
        title={identity.name}
        parent={{ to: atMoment('/identities', asOf), label: 'Identities' }}
        marks={
          <>
            {identity.kind === 'human' ? null : <Label>{words(identity.kind)}</Label>}
            {identity.status === null ? null : <StatusTag status={identity.status} />}
            {identity.tier === null || identity.tier === 'none' ? null : <TierTag tier={identity.tier} />}
            {detail.criticality === null ? null : <CriticalityTag criticality={detail.criticality} />}
          </>
        }
        lead={[identity.title, identity.department].filter((part) => part !== null).join(', ') || undefined}
      />
      <AnswerNotice answer={saved} />
      <div className="stack">
        <MomentForm moment={asOf}>The kind is that of today.</MomentForm>
        <Panel>
          <Facts
            facts={[
              { label: 'Login', value: <Address text={identity.login} /> },
              { label: 'E-mail', value: <Address text={identity.email} /> },
              { label: 'Last sign-in', value: <Past at={identity.lastLoginAt} asOf={asOf} /> },
              {
                label: 'Source',
                value: identity.source === null ? '–' : (sources[identity.source] ?? identity.source),
              },
              {
                label: 'Reaches',
                value:
                  reach === null ? (
                    'Not known'
                  ) : (
                    <Link to={radiusOf(identity.id, asOf)}>
                      {[plural(reach.apps, 'app'), plural(reach.groups, 'group'), plural(reach.roles, 'role')].join(
                        ', ',
                      )}
                    </Link>
                  ),
              },
              {
                label: 'Opens crown jewels',
                value: <Jewels jewels={reach?.crownJewels ?? null} from={identity.id} asOf={asOf} />,
              },
              ...(asOf === null
                ? [
                    {
                      label: 'Open issues',
                      value: <Link to={`/issues?identity=${identity.id}`}>{number(identity.openIssues)}</Link>,
                    },
                  ]
                : []),
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
              <Accounts accounts={detail.accounts} sources={sources} asOf={asOf} />
            </Panel>
            {asOf === null ? <JoinAccounts matches={matches} sources={sources} /> : null}
            <Roles roles={detail.roles} accountId={accountId} asOf={asOf} />
            <Apps apps={detail.apps} identityId={identity.id} accountId={accountId} asOf={asOf} />
            <Groups groups={detail.groups} accountId={accountId} asOf={asOf} />
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
