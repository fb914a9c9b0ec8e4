import { freshTenant, manualClock, T0, testDeps } from '../../../test/deps.ts';
import { POSTERN } from '../../auth/principal.ts';
import type { VerdictChange } from '../../detections/types.ts';
import { applyVerdictChanges } from '../apply-verdicts.ts';
import { issueId } from '../issue-ids.ts';
import { getIssue, historyOf } from '../issues.repository.ts';
import { dismissIssue } from '../lifecycle.ts';
import { fakeOutbound, verdict, watchedEvidence } from './changes.ts';

const DISMISS = { reason: 'accepted_risk', note: 'until the autumn' } as const;

/** A tenant of its own with watched stores. `id` is the issue of `verdict()`. */
export function setUp() {
  const tenant = freshTenant();
  const outbound = fakeOutbound();
  const clock = manualClock(T0 + 60_000);
  const deps = watchedEvidence(testDeps({ env: outbound.env, clock }));
  const id = issueId(tenant, 'no-mfa-admin', verdict().subject);
  return {
    tenant,
    deps,
    clock,
    outbound,
    id,
    apply: (...changes: VerdictChange[]) => applyVerdictChanges(deps, tenant, changes),
    issue: () => getIssue(deps, tenant, id),
    history: async () => (await historyOf(deps, tenant, id)).map((entry) => entry.change),
    sent: () => outbound.sent.map((message) => message.change),
    dismiss: () => dismissIssue(deps, tenant, POSTERN, id, DISMISS),
  };
}
