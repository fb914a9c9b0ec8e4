import type { AnyVerdictChange } from '../detections/types.ts';
import type { OutboundMessage } from '../outbound/message.ts';
import { publishIssueChange } from '../outbound/publish.ts';
import type { Deps } from '../platform/deps.ts';
import type { Issue } from './issue.ts';
import { issueId, verdictHistoryId } from './issue-ids.ts';
import { issuesContended } from './issues.errors.ts';
import { transition } from './transition.ts';
import { existingNotes, type IssueWrite, issuesByIds, writeIssues } from './verdict-writes.repository.ts';

/** Changes written by one statement at most, and their size: a bound value of D1 holds 2 MB. */
export const CHUNK_CHANGES = 200;
export const CHUNK_CHARACTERS = 500_000;

/** How often issues that others change meanwhile are read again. */
const MAX_ROUNDS = 5;

type ApplyDeps = Pick<Deps, 'evidence' | 'clock' | 'env'>;

/**
 * Brings the issues of a tenant up to date with verdict changes of one shard or of its sources, then tells the outbound queue of those
 * that opened, reopened or resolved. Safe to repeat, and to be repeated until it returns: the history row of a
 * transition, whose id comes from the change, is written with the issue in one transaction and is what a message is made
 * of. So a run that died before the queue took the messages makes the same ones again, and a receiver dedupes by
 * (issue, change, at). Returns how many issues were written.
 */
export async function applyVerdictChanges(
  deps: ApplyDeps,
  tenantId: string,
  changes: AnyVerdictChange[],
): Promise<number> {
  let written = 0;
  for (const chunk of chunksOf([...changes].sort((a, b) => a.seq - b.seq))) {
    written += await applyChunk(deps, tenantId, chunk);
    await publishIssueChange(deps, await messagesOf(deps, tenantId, chunk));
  }
  return written;
}

function* chunksOf(changes: AnyVerdictChange[]): Generator<AnyVerdictChange[]> {
  let chunk: AnyVerdictChange[] = [];
  let size = 0;
  for (const change of changes) {
    const characters = JSON.stringify(change).length;
    if (chunk.length === CHUNK_CHANGES || (chunk.length > 0 && size + characters > CHUNK_CHARACTERS)) {
      yield chunk;
      chunk = [];
      size = 0;
    }
    chunk.push(change);
    size += characters;
  }
  if (chunk.length > 0) yield chunk;
}

/** Reads, computes, writes what is still as it was read; what a person changed in between is computed again. */
async function applyChunk(deps: ApplyDeps, tenantId: string, changes: AnyVerdictChange[]): Promise<number> {
  const ids = [...new Set(changes.map((change) => issueId(tenantId, change.detection, change.subject)))];
  let total = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const writes = foldChanges(tenantId, await issuesByIds(deps, tenantId, ids), changes, deps.clock.now());
    if (writes.length === 0) return total;
    const written = await writeIssues(deps, tenantId, writes);
    total += written;
    if (written === writes.length) return total;
  }
  throw issuesContended();
}

/** Applies changes in order to the issues as they are. Issues that nothing happens to are left out. */
function foldChanges(
  tenantId: string,
  current: Map<string, Issue>,
  changes: AnyVerdictChange[],
  now: number,
): IssueWrite[] {
  const writes = new Map<string, IssueWrite>();
  for (const change of changes) {
    const id = issueId(tenantId, change.detection, change.subject);
    const before = current.get(id) ?? null;
    const write = writes.get(id);
    const next = transition(tenantId, write?.issue ?? before, change, now);
    if (!next) continue;
    const base = before && { changeSeq: before.changeSeq, status: before.status };
    writes.set(id, { base, issue: next.issue, notes: [...(write?.notes ?? []), ...next.notes] });
  }
  return [...writes.values()];
}

const PUBLISHED = { fail: ['opened', 'reopened'], pass: ['resolved'], unknown: [] } as const;

/** The messages of these changes: of the transitions that history shows they caused, now or in an earlier run. */
async function messagesOf(deps: ApplyDeps, tenantId: string, changes: AnyVerdictChange[]): Promise<OutboundMessage[]> {
  const candidates = changes.flatMap((change) => {
    const issue = issueId(tenantId, change.detection, change.subject);
    return PUBLISHED[change.status].map((what) => ({
      id: verdictHistoryId(issue, change.seq, what),
      issueId: issue,
      at: change.at,
      change: what,
    }));
  });
  if (candidates.length === 0) return [];
  const found = await existingNotes(deps, tenantId, candidates);
  return found.flatMap(({ issueId, change, at }) =>
    change === 'opened' || change === 'reopened' || change === 'resolved'
      ? [{ v: 1 as const, tenantId, issueId, change, at }]
      : [],
  );
}
