import { Button, Loader, TextInput } from '@mantine/core';
import { Link, useFetcher } from '@remix-run/react';
import { useEffect, useState } from 'react';
import type { Problem } from '~/api/problem';
import type { Plan } from '~/api/remediation.server';
import { useSession } from '~/shell/session';
import { Notice } from '~/ui/notice';
import type { Asked } from './ask.route';
import type { FixRequest } from './fix-host';
import { Outcome } from './outcome';
import { PlanParts } from './plan-parts';
import styles from './remediation.module.css';

const ADDRESS = '/remediation/ask';
/** While a change is under way the dialog looks again this often, milliseconds. */
const LOOK_MS = 1_500;

/** The dry run, the confirmation, and then how far it is. */
export function FixDialog({ request: first, onClose }: { request: FixRequest; onClose: () => void }) {
  const [request, setRequest] = useState(first);
  const planning = useFetcher<Asked>();
  const making = useFetcher<Asked>();
  const looking = useFetcher<Asked>();
  const { submit } = planning;

  useEffect(() => {
    submit({ intent: 'plan', ...request }, { method: 'post', action: ADDRESS });
  }, [request, submit]);

  const made = looking.data?.remediation ?? making.data?.remediation ?? null;
  const underWay = made !== null && (made.status === 'queued' || made.status === 'running');
  const { load } = looking;
  const madeId = made?.id;
  useEffect(() => {
    if (!underWay || madeId === undefined) return;
    const timer = setInterval(() => load(`${ADDRESS}?id=${madeId}`), LOOK_MS);
    return () => clearInterval(timer);
  }, [underWay, madeId, load]);

  if (made) return <Outcome made={made} onClose={onClose} />;
  if (planning.state === 'submitting' || planning.data === undefined) {
    return (
      <p className={styles.waiting} role="status">
        <Loader size="xs" /> Looking in Okta at what would be done…
      </p>
    );
  }
  const { plan, problem } = planning.data;
  if (problem || !plan) return <NotPlanned problem={problem} />;
  return (
    <>
      <PlanParts plan={plan} onInstead={setRequest} />
      {plan.planId === null ? null : <Confirm key={plan.planId} plan={plan} planId={plan.planId} making={making} />}
    </>
  );
}

function Confirm({
  plan,
  planId,
  making,
}: {
  plan: Plan;
  planId: string;
  making: ReturnType<typeof useFetcher<Asked>>;
}) {
  const [typed, setTyped] = useState('');
  const problem = making.data?.problem ?? null;
  return (
    <making.Form method="post" action={ADDRESS} className={styles.confirm}>
      <input type="hidden" name="intent" value="confirm" />
      <input type="hidden" name="planId" value={planId} />
      {problem === null ? null : (
        <Notice tone="bad" title={problem.title}>
          {problem.detail}
        </Notice>
      )}
      <TextInput
        label={
          <>
            Type <span className={styles.name}>{plan.confirm}</span> to confirm
          </>
        }
        name="confirm"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <div>
        <Button
          type="submit"
          color="crimson"
          loading={making.state !== 'idle'}
          disabled={typed.trim() !== plan.confirm}
        >
          {plan.title}
        </Button>
      </div>
      <p className="mute">
        It stands in the audit log with this plan’s digest, <span className="mono">{plan.digest.slice(0, 12)}</span>.
      </p>
    </making.Form>
  );
}

function NotPlanned({ problem }: { problem: Problem | null }) {
  const { can } = useSession();
  const off = problem?.code === 'remediation.disabled';
  return (
    <Notice tone={off ? 'info' : 'bad'} title={problem?.title ?? 'There is no plan'}>
      {problem?.detail}
      {off && can('tenant:manage') ? (
        <>
          {' '}
          <Link to="/settings/remediation">Turn it on</Link>
        </>
      ) : null}
    </Notice>
  );
}
