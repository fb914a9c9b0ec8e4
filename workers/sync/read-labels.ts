import { compareLevels } from '../criticality/levels.ts';
import type { Saying } from '../graph/criticality/said.store.ts';
import { nodeId } from '../graph/model.ts';
import { PosternError } from '../platform/errors.ts';
import { isAbsent, oktaBadAnswer } from '../sources/okta/errors.ts';
import {
  LABELLED_TYPES,
  LABELS_PATH,
  type LevelLabel,
  labelledObject,
  labelledPath,
  levelLabelsOf,
} from '../sources/okta/map/labels.ts';
import { listAll } from './list-all.ts';
import type { FailedScope } from './run.ts';
import type { SyncSession } from './session.ts';
import { reasonOf } from './sweep.ts';

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
    const labels = (await listAll(session, LABELS_PATH)).rows.flatMap(levelLabelsOf);
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
      for (const row of await labelledRows(session, labelledPath(valueId, type), type)) {
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

/** An org that does not manage entitlements may not know them by this name either: there are none then. */
async function labelledRows(session: SyncSession, path: string, type: (typeof LABELLED_TYPES)[number]) {
  try {
    return (await listAll(session, path)).rows;
  } catch (error) {
    const refused = error instanceof PosternError && error.code === 'okta.bad_request';
    if (type === 'entitlement-values' && refused) return [];
    throw error;
  }
}
