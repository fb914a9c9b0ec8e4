import type { InventoryNeed } from '../graph/port.ts';
import type { Millis } from '../platform/clock.ts';
import { GATHER_OBJECTS, gatherTime } from './gather.ts';
import type { RefreshScope } from './refresh.ts';

/** Objects that a queue keeps. Whatever is wanted beyond it is left to a full sync, which reads everything. */
export const MAX_WANTED = 10_000;
/** Objects that are read together: a matter of seconds. */
export const MAX_READ_AT_ONCE = 100;

export type WantedKind = keyof RefreshScope;

/** What is to be read from a source: an object by its native id, or a part of the inventory by its name. */
export type Wanted = { kind: Exclude<WantedKind, 'inventory'>; id: string } | { kind: 'inventory'; id: InventoryNeed };

/** A wish as a queue keeps it. */
export type WantedRow = Wanted & {
  wantedAt: Millis;
  /** Reads that did not come to an end. */
  attempts: number;
  /** Whether it is read by itself, because a read that it was part of broke. */
  alone: boolean;
};

/** Parts of the inventory wait in a queue of their own: one may take minutes, and a person is read within seconds. */
export type Lane = 'objects' | 'inventory';

export const keyOf = ({ kind, id }: Wanted): string => `${kind} ${id}`;

/**
 * When a wish is due. `open`: when the queue reads next: single objects join what is gathered already, so that a burst
 * is one read. A part of the inventory has a stretch of its own.
 */
export function dueAt(wanted: Wanted, now: Millis, open: Millis | null): Millis {
  if (wanted.kind === 'inventory') return now + gatherTime(wanted.id);
  return Math.min(now + GATHER_OBJECTS, open ?? Number.POSITIVE_INFINITY);
}

/** Each wish once, by lane. */
export function wantedOf(objects: Partial<{ [kind in WantedKind]: RefreshScope[kind] | undefined }>): {
  [lane in Lane]: Wanted[];
} {
  const { users = [], groups = [], apps = [], inventory = [] } = objects;
  const named = (kind: Exclude<WantedKind, 'inventory'>, ids: string[]) =>
    [...new Set(ids)].map((id): Wanted => ({ kind, id }));
  return {
    objects: [...named('users', users), ...named('groups', groups), ...named('apps', apps)],
    inventory: [...new Set(inventory)].map((id): Wanted => ({ kind: 'inventory', id })),
  };
}

export function scopeOf(wanted: readonly Wanted[]): RefreshScope {
  const scope: RefreshScope = { users: [], groups: [], apps: [], inventory: [] };
  for (const one of wanted) {
    if (one.kind === 'inventory') scope.inventory.push(one.id);
    else scope[one.kind].push(one.id);
  }
  return scope;
}

/** The name of a source's queue. */
export function queueName(tenantId: string, sourceId: string, lane: Lane): string {
  return lane === 'objects' ? `${tenantId}/${sourceId}` : `${tenantId}/${sourceId}/${lane}`;
}
