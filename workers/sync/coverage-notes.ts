import type { CoverageNeed } from '../graph/port.ts';
import type { Deps } from '../platform/deps.ts';
import { MAX_GROUPS_BEYOND } from '../sources/okta/map/groups-beyond.ts';
import { MAX_PEOPLE_BEYOND } from '../sources/okta/map/people-beyond.ts';
import { readSyncStates } from './sync-state.ts';
import { type LineProgress, progressOf } from './trickle.ts';

/** What is worth knowing of a part of a source though it was read: it makes nothing unknown. */
export type CoverageNotes = { [need in CoverageNeed]?: string };

export const PEOPLE_NOT_DRAWN = `People of systems that are not connected are not drawn one by one: there would be more than ${MAX_PEOPLE_BEYOND}. The systems stand for them.`;

export const GROUPS_NOT_DRAWN = `Groups of systems that are not connected are not drawn one by one: there would be more than ${MAX_GROUPS_BEYOND}. The systems stand for them.`;

/** By design, of every source. */
const ALWAYS: CoverageNotes = {
  consents: 'Only the consents of administrators are read; those of others are known from events.',
};

export interface CoverageAside {
  note: string | null;
  /** While what Okta tells of one object a call is read for the first time. */
  progress: LineProgress | null;
}

/** By source of a tenant and part of it, what the syncs noted beside whether it could be read. */
export async function coverageAsides(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
): Promise<(sourceId: string, need: CoverageNeed) => CoverageAside> {
  const states = await readSyncStates(deps, tenantId);
  return (sourceId, need) => {
    const state = states.get(sourceId);
    const line = need === 'factors' ? state?.trickle : need === 'owners' ? state?.owners : null;
    return {
      note: [ALWAYS[need], state?.notes[need]].filter(Boolean).join(' ') || null,
      progress: line ? progressOf(line) : null,
    };
  };
}
