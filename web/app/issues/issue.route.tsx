import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { listPeople } from '~/api/admin.server';
import { apiOf } from '~/api/client.server';
import { getIssue, type IssueDetail } from '~/api/issues.server';
import { knownIntegrations, sendable } from '~/api/outbound.server';
import { listSources } from '~/api/sources.server';
import { PathGraph } from '~/graph/path-graph';
import { DeliveryTable } from '~/integrations/delivery-table';
import { useAnswer } from '~/live/use-answer';
import { IssueFixes } from '~/remediation/issue-fixes';
import { paramOf } from '~/server/params.server';
import { useSession } from '~/shell/session';
import { AnswerNotice, Notice } from '~/ui/notice';
import { Empty, Facts, PageHeader, Panel } from '~/ui/page';
import { SeverityTag } from '~/ui/severity';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { words } from '~/ui/words';
import { EvidenceEvents, EvidenceFacts } from './evidence';
import { IssueActions } from './issue-actions';
import { workOnIssue } from './issue-actions.server';
import { History, PriorityExplained } from './issue-parts';
import styles from './issues.module.css';

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.issue.title ?? 'Issue'} · Postern` }];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const [issue, people, integrations, sources] = await Promise.all([
    getIssue(api, paramOf(args, 'id')),
    listPeople(api),
    knownIntegrations(api),
    listSources(api),
  ]);
  return {
    issue,
    users: people.filter(({ active }) => active).map(({ id, name }) => ({ value: id, label: name })),
    names: people.map(({ id, name }) => [id, name] as const),
    integrations: integrations.map(({ id, name }) => ({ value: id, label: name })),
    targets: sendable(integrations).map(({ id, name }) => ({ value: id, label: name })),
    sourceName: sources.find(({ id }) => id === issue.subject.source)?.name ?? issue.subject.source,
  };
}

export async function action(args: ActionFunctionArgs) {
  return workOnIssue(args, paramOf(args, 'id'));
}

export default function IssuePage() {
  const { issue, users, names: people, integrations, targets, sourceName } = useLoaderData<typeof loader>();
  const result = useAnswer<typeof action>();
  const { can, principal } = useSession();
  const path = issue.evidence.reach?.pathToTierZero ?? null;
  const names = new Map([...people, [principal.id, principal.name] as const]);

  return (
    <>
      <PageHeader
        title={issue.title}
        parent={{ to: '/issues', label: 'Issues' }}
        marks={
          <>
            <SeverityTag severity={issue.severity} />
            <StatusTag status={issue.status} />
          </>
        }
        lead={
          <>
            <SubjectLink issue={issue} />
            {issue.subject.kind === 'source' ? null : ` in ${sourceName}`}
          </>
        }
      />
      <AnswerNotice answer={result} />
      {issue.evidence.unverified === null ? null : (
        <Notice tone="warn" title="This cannot be checked at the moment">
          {issue.evidence.unverified.reason} (since <Ago at={issue.evidence.unverified.since} suffix="" />)
        </Notice>
      )}
      <div className="stack">
        {path === null ? null : (
          <Panel title="Path to tier zero" hint="The shortest way from this identity to control of the whole org.">
            <PathGraph steps={path} label={`Path from ${issue.subject.name} to tier zero`} />
          </Panel>
        )}
        <div className="columns">
          <div className="stack">
            <Panel title="Why this matters">
              <div className={styles.why}>
                <Paragraph title="What it is" text={issue.description} />
                <Paragraph title="Risk and impact" text={issue.riskAndImpact} />
                <Paragraph title="What to do" text={issue.remediation} />
              </div>
            </Panel>
            <EvidenceFacts
              facts={issue.evidence.facts}
              reach={issue.subject.kind === 'source' ? null : issue.evidence.reach}
            />
            <EvidenceEvents events={issue.evidence.events} />
            <Panel title="Deliveries" flush={issue.deliveries.length > 0}>
              {issue.deliveries.length === 0 ? (
                <p className="mute">This issue has not been sent anywhere.</p>
              ) : (
                <DeliveryTable deliveries={issue.deliveries} integrations={integrations} showIssue={false} />
              )}
            </Panel>
          </div>
          <div className="stack">
            {can('issues:work') ? (
              <Panel title="Work on it">
                <IssueActions issue={issue} users={users} targets={targets} me={principal} answer={result} />
              </Panel>
            ) : null}
            <IssueFixes issue={issue} />
            <Panel title="Priority">
              <PriorityExplained priority={issue.priority} factors={issue.priorityFactors} />
            </Panel>
            <Panel title="Details">
              <Facts
                facts={[
                  { label: 'Subject', value: `${words(issue.subject.kind)} ${issue.subject.nativeId}` },
                  { label: 'Category', value: issue.category ?? '–' },
                  {
                    label: 'Detection',
                    value: <Link to={`/detections#${issue.detection}`}>{issue.detection}</Link>,
                  },
                  { label: 'Opened', value: <Ago at={issue.openedAt} /> },
                  ...(issue.resolvedAt === null ? [] : [{ label: 'Closed', value: <Ago at={issue.resolvedAt} /> }]),
                  {
                    label: 'Assignee',
                    value: issue.assignee === null ? 'Nobody' : (names.get(issue.assignee) ?? issue.assignee),
                  },
                  ...(issue.dismissReason === null
                    ? []
                    : [{ label: 'Dismissed as', value: words(issue.dismissReason) }]),
                  ...(issue.dismissNote === null ? [] : [{ label: 'Note', value: issue.dismissNote }]),
                ]}
              />
            </Panel>
            <Panel title="History">
              {issue.history.length === 0 ? (
                <Empty title="Nothing yet" />
              ) : (
                <History entries={issue.history} names={names} />
              )}
            </Panel>
          </div>
        </div>
      </div>
    </>
  );
}

function SubjectLink({ issue: { identityId, subject } }: { issue: IssueDetail }) {
  const { kind, id, name } = subject;
  if (kind === 'source') return <Link to={`/sources/${id}`}>{name}</Link>;
  return identityId === null ? <strong>{name}</strong> : <Link to={`/identities/${identityId}`}>{name}</Link>;
}

function Paragraph({ title, text }: { title: string; text: string | null }) {
  if (text === null || text === '') return null;
  return (
    <>
      <h3>{title}</h3>
      <p className={styles.prose}>{text}</p>
    </>
  );
}
