import { PosternError } from '../platform/errors.ts';
import { getSource } from '../sources/sources.repository.ts';
import { type RefreshScope, refresh } from './refresh.ts';
import { emptyProgress, type RefreshParams } from './run.ts';
import { errorText } from './runner.ts';
import { insertFailedRefresh } from './runs.repository.ts';
import { openSession, type Stepper, type SyncTools } from './session.ts';

/** Times that what Okta did not answer is asked again. */
const MAX_ROUNDS = 6;

/**
 * Refreshes the objects of one instance and settles the verdicts, in one step as a rule. What Okta limits or does not
 * answer is asked again after a pause. Leaves a run row only for what failed for good: the next full sync mends it.
 */
export async function runRefresh(tools: SyncTools, params: RefreshParams, stepper: Stepper): Promise<void> {
  const { tenantId, sourceId, runId } = params;
  let scope: RefreshScope = { ...params, inventory: params.inventory ?? [] };
  if (params.notBefore !== undefined) {
    const { notBefore } = params;
    const waitMs = await stepper.do('gather', async () => Math.max(0, notBefore - tools.deps.clock.now()));
    if (waitMs > 0) await stepper.sleep('gathering', waitMs);
  }
  const failed: string[] = [];
  for (let round = 1; count(scope) > 0; round++) {
    if (round > MAX_ROUNDS) {
      failed.push(`${count(scope)} objects: Okta did not answer`);
      break;
    }
    const now = scope;
    const done = await stepper.do(`refresh ${round}`, () => attempt(tools, params, now));
    failed.push(...done.failed);
    scope = done.left;
    if (count(scope) > 0) await stepper.sleep(`pause ${round}`, done.waitMs ?? 1_000);
  }
  if (failed.length === 0) return;
  await stepper.do('failed', async () => {
    const error = failed.slice(0, 5).join('; ').slice(0, 1_000);
    const progress = emptyProgress(tools.deps.clock.now());
    await insertFailedRefresh(tools.deps, tenantId, { id: runId, sourceId, error, progress });
    return null;
  });
}

const NOTHING_LEFT: RefreshScope = { users: [], groups: [], members: [], apps: [], inventory: [] };

async function attempt(
  tools: SyncTools,
  params: RefreshParams,
  scope: RefreshScope,
): Promise<{ left: RefreshScope; waitMs: number | null; failed: string[] }> {
  const source = await getSource(tools.deps, params.tenantId, params.sourceId);
  // deleted or disabled meanwhile: there is nothing to read any more
  if (!source || source.status === 'disabled') return { left: NOTHING_LEFT, waitMs: null, failed: [] };
  try {
    const { left, waitMs, failed } = await refresh(await openSession(tools, source, params.runId), scope);
    await tools.settle(params.tenantId);
    return { left, waitMs, failed };
  } catch (error) {
    if (!(error instanceof PosternError) || error.status >= 500 || error.status === 429) throw error;
    return { left: NOTHING_LEFT, waitMs: null, failed: [errorText(error)] };
  }
}

function count(scope: RefreshScope): number {
  // a step that ran before an update of the program knows of no inventory
  const {
    users,
    groups,
    members,
    apps,
    inventory = [],
  }: Omit<RefreshScope, 'inventory'> & Partial<RefreshScope> = scope;
  return users.length + groups.length + members.length + apps.length + inventory.length;
}
