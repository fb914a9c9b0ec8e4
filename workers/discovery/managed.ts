import { iso, type Millis } from '../platform/clock.ts';

export type ManagedState = 'managed' | 'unmanaged' | 'unknown';

export interface ManagedInput {
  /** The app in the source's own list; null when it is not there. */
  app: { status: string | null; assigned: boolean } | null;
  /** False when events never gave the provider's id of the app. */
  identified: boolean;
  /** Why the source's apps or their assignments could not be read; null when they could. Undefined: never asked. */
  appsMissing: string | null | undefined;
  assignmentsMissing: string | null | undefined;
  /** Whether anybody used it or let it in. */
  used: boolean;
  deletedAt: Millis;
  lastSeen: Millis;
}

export interface Managed {
  state: ManagedState;
  reason: string;
  /** For people. */
  detail: string;
}

/** Whether the company decides who has the app. What cannot be read is unknown, never a pass. */
export function managedOf(input: ManagedInput): Managed {
  const { app, used } = input;
  if (app === null) {
    if (!input.identified) {
      return unknown('no_provider_id', 'The events do not carry its id, so it cannot be looked up in the source.');
    }
    if (input.appsMissing === undefined) return unknown('never_synced', 'The source’s apps have not been read yet.');
    if (input.appsMissing !== null) return unknown('apps_unreadable', input.appsMissing);
    if (input.deletedAt > 0) {
      const later = input.lastSeen > input.deletedAt ? ' It was seen again after that.' : '';
      return unmanaged('deleted', `Removed from the source on ${iso(input.deletedAt).slice(0, 10)}.${later}`);
    }
    return unmanaged('not_in_source', 'Not among the apps of the source: only sign-ons or consents tell of it.');
  }
  if (app.assigned) return managed('assigned', 'An app of the source, and its assignments decide who has it.');
  if (input.assignmentsMissing !== null) {
    const why = input.assignmentsMissing ?? 'Assignments have not been read yet.';
    return unknown('assignments_unreadable', `An app of the source, but who is assigned is not known: ${why}`);
  }
  if (used && app.status === 'ACTIVE') {
    return unmanaged('no_assignment', 'An app of the source that nobody is assigned to, and yet it is used.');
  }
  return managed('idle', app.status === 'ACTIVE' ? 'An app of the source, assigned to nobody.' : 'Switched off.');
}

const managed = (reason: string, detail: string): Managed => ({ state: 'managed', reason, detail });
const unmanaged = (reason: string, detail: string): Managed => ({ state: 'unmanaged', reason, detail });
const unknown = (reason: string, detail: string): Managed => ({ state: 'unknown', reason, detail });
