import type { IssueChange } from '../outbound/message.ts';
import { publishIssueChange } from '../outbound/publish.ts';
import { MINUTE, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';

/** How far back a message may still have been in the queue that was lost. */
const LOOK_BACK: Millis = 10 * MINUTE;
/** How long after a start the look back is repeated: the first call may die as well. */
const AFTER_START: Millis = 2 * MINUTE;
const MOST = 5_000;

type Republish = (deps: Pick<Deps, 'env' | 'clock' | 'evidenceShards'>) => Promise<number>;

/**
 * The queue of the local runtime forgets on a crash. Right after a start, what changed shortly before it is published
 * once more; a change that was delivered is not delivered again, since deliveries are identified by (integration, issue,
 * change, time). Does nothing where the queue is durable (INGEST_SPOOL off). Returns how many were published.
 */
export function createRepublish(): Republish {
  let startedAt: Millis | undefined;
  return async (deps) => {
    const spool: string = deps.env.INGEST_SPOOL;
    if (spool !== 'on') return 0;
    const now = deps.clock.now();
    startedAt ??= now;
    if (now - startedAt > AFTER_START) return 0;
    let published = 0;
    for (const db of deps.evidenceShards) {
      const { results } = await db
        .prepare(
          `SELECT tenant_id AS tenantId, issue_id AS issueId, change, at FROM issue_history
           WHERE at BETWEEN ?1 AND ?2 AND change IN ('opened', 'reopened', 'resolved') ORDER BY at DESC LIMIT ${MOST}`,
        )
        .bind(startedAt - LOOK_BACK, startedAt)
        .all<{ tenantId: string; issueId: string; change: IssueChange; at: Millis }>();
      await publishIssueChange(
        deps,
        results.map((row) => ({ v: 1, ...row })),
      );
      published += results.length;
    }
    return published;
  };
}
