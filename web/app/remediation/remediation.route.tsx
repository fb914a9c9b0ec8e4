import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { getRemediation, type RemediationDetail } from '~/api/remediation.server';
import { NodeLink } from '~/graph/node-link';
import { paramOf } from '~/server/params.server';
import { Facts, PageHeader, Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { useLookAgain } from './look-again';
import { Answer } from './outcome';
import { PlanParts } from './plan-parts';
import styles from './remediation.module.css';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data?.remediation.title ?? 'Remediation'} · Postern` },
];

export async function loader(args: LoaderFunctionArgs) {
  return { remediation: await getRemediation(await apiOf(args), paramOf(args, 'id')) };
}

export default function RemediationPage() {
  const { remediation } = useLoaderData<typeof loader>();
  const { status, plan, answers } = remediation;
  useLookAgain(status === 'queued' || status === 'running');
  return (
    <>
      <PageHeader
        title={`${remediation.title}: ${remediation.subject.name}`}
        parent={{ to: '/remediations', label: 'Remediations' }}
        marks={<StatusTag status={status} />}
      />
      <div className="stack">
        <Answer made={remediation} />
        <Panel title="Details">
          <Facts
            facts={[
              { label: 'Of', value: <Target node={remediation.subject} at={remediation.confirmedAt} /> },
              ...(remediation.object === null
                ? []
                : [{ label: 'What', value: <Target node={remediation.object} at={remediation.confirmedAt} /> }]),
              {
                label: 'Source',
                value: <Link to={`/sources/${remediation.source.id}`}>{remediation.source.name}</Link>,
              },
              { label: 'Confirmed by', value: remediation.requestedBy.name },
              { label: 'Confirmed', value: <Ago at={remediation.confirmedAt} /> },
              { label: 'Ended', value: remediation.endedAt === null ? '–' : <Ago at={remediation.endedAt} /> },
              { label: 'Digest of the plan', value: <span className="mono break">{remediation.digest}</span> },
            ]}
          />
        </Panel>
        <Panel title="What Okta answered">
          {answers.length === 0 ? (
            <p className="mute">Nothing yet.</p>
          ) : (
            <ul className={styles.answers}>
              {answers.map((answer) => (
                <li key={answer.path}>
                  <code className="break">
                    {answer.method} {answer.path}
                  </code>
                  <span>HTTP {answer.status}</span>
                  {answer.note === null ? null : <span className="mute">{answer.note}</span>}
                </li>
              ))}
            </ul>
          )}
        </Panel>
        <Panel title="The plan that was confirmed">
          <PlanParts plan={plan} />
        </Panel>
      </div>
    </>
  );
}

/** A credential may be gone by it, so its page is that of then. */
function Target({ node, at }: { node: RemediationDetail['subject']; at: string }) {
  return <NodeLink node={node} asOf={node.kind === 'credential' ? at : null} />;
}
