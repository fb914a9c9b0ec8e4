import { compareLevels } from '../criticality/levels.ts';
import type { Saying } from '../graph/criticality/said.store.ts';
import { nodeId } from '../graph/model.ts';
import { PosternError } from '../platform/errors.ts';
import { listIn } from '../sources/okta/client.ts';
import { isAbsent, oktaBadAnswer } from '../sources/okta/errors.ts';
import {
  LABELLED_TYPES,
  LABELS_PATH,
  type LevelLabel,
  labelledObject,
  labelledPath,
  levelLabelsOf,
} from '../sources/okta/map/labels.ts';
import type { FailedScope } from './run.ts';
import type { SyncSession } from './session.ts';
import { reasonOf } from './sweep.ts';

/** Pages of one list of labelled things, of at least 20 each. */
const MAX_PAGES = 500;

const NO_GOVERNANCE = 'This org does not have Okta Identity Governance: what carries its labels is not known.';
const NO_LABELS = "Okta listed none of its own labels: the credential may lack the right to see the org's labels.";

/**
 * Reads what carries the labels `Crown Jewel` and `Privileged` of Okta Identity Governance, and tells the graph, which
 * writes what changed. What may not be read, an org without Governance, and an answer that is not whole are a gap: what
 * was known stays.
 */
export async function readLabels(
  session: SyncSession,
): Promise<{ failed: FailedScope[]; rows: number; calls: number }> {
  const before = session.okta.calls();
  const outcome = await labelsOrGap(session);
  const calls = session.okta.calls() - before;
  if ('gap' in outcome) return { failed: [outcome.gap], rows: 0, calls };
  const { rowsWritten } = await session.graph.sayCriticality({
    by: 'label',
    sourceId: session.source.id,
    nodes: null,
    said: outcome.said,
  });
  return { failed: [], rows: rowsWritten, calls };
}

async function labelsOrGap(session: SyncSession): Promise<{ said: Saying[] } | { gap: FailedScope }> {
  try {
    const labels = (await listAll(session, LABELS_PATH)).flatMap(levelLabelsOf);
    if (labels.length === 0) return { gap: { scope: 'labels', reason: NO_LABELS, optional: 'right' } };
    return { said: await readLabelled(session, labels) };
  } catch (error) {
    if (!(error instanceof PosternError) || !error.code.startsWith('okta.')) throw error;
    if (error.code === 'okta.unauthorized') throw error;
    if (isAbsent(error)) return { gap: { scope: 'labels', reason: NO_GOVERNANCE, optional: 'right' } };
    const gap = error.code === 'okta.forbidden' ? ({ optional: 'right' } as const) : {};
    return { gap: { scope: 'labels', reason: reasonOf(error), ...gap } };
  }
}

/** Of two labels on one thing the worse one holds. */
async function readLabelled(session: SyncSession, labels: LevelLabel[]): Promise<Saying[]> {
  const said = new Map<string, Saying>();
  for (const { valueId, name, level } of labels) {
    for (const type of LABELLED_TYPES) {
      for (const row of await listAll(session, labelledPath(valueId, type))) {
        const object = labelledObject(row);
        if (!object) throw oktaBadAnswer({ detail: 'Okta listed something labelled that cannot be read.' });
        const id = nodeId(object.kind, session.source.id, object.id);
        const known = said.get(id);
        if (known && compareLevels(known.level, level) <= 0) continue;
        said.set(id, { nodeId: id, level, reason: `It carries the label ${name} in Okta.` });
      }
    }
  }
  return [...said.values()];
}

async function listAll(session: SyncSession, path: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  const visited = new Set<string>();
  for (let next: string | null = path; next !== null; ) {
    if (visited.has(next) || visited.size >= MAX_PAGES) {
      throw oktaBadAnswer({ detail: 'Okta gave the same next page twice: the list does not end.' });
    }
    visited.add(next);
    const answer = await session.okta.get(next);
    rows.push(...listIn(answer));
    next = answer.next;
  }
  return rows;
}
