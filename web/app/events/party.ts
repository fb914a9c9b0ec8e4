import type { SystemEvent } from '~/api/evidence.server';

/** The most telling name of an actor or target. */
export function partyName(party: SystemEvent['actor']): string {
  return party?.name ?? party?.alternateId ?? party?.id ?? '–';
}
