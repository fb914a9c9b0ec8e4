import type { Millis } from '../platform/clock.ts';
import type { MappedApp, MappedGroup, MappedUser } from '../sources/okta/mapper.ts';

/*
 * What one phase tells the next, as short strings: they are kept as step results, of which one may have 1 MiB.
 */

export interface UserFact {
  id: string;
  canSignIn: boolean;
  deprovisioned: boolean;
  /** Since the time that the phase was told. */
  changed: boolean;
}

/** `since`: what changed after it is marked; null marks nothing. */
export function userFact(
  user: Pick<MappedUser, 'id' | 'canSignIn' | 'status' | 'lastUpdated'>,
  since: Millis | null,
): string {
  const state = user.canSignIn ? 'S' : user.status === 'DEPROVISIONED' ? 'D' : 'O';
  return `${state}${mark(user.lastUpdated, since)}${user.id}`;
}

export function readUserFact(fact: string): UserFact {
  return {
    id: fact.slice(2),
    canSignIn: fact.startsWith('S'),
    deprovisioned: fact.startsWith('D'),
    changed: fact.charAt(1) === CHANGED,
  };
}

const CHANGED = '+';

function mark(updatedAt: Millis | null, since: Millis | null): string {
  return updatedAt !== null && since !== null && updatedAt > since ? CHANGED : '.';
}

export interface GroupFact
  extends Pick<MappedGroup, 'id' | 'isEveryone' | 'users' | 'apps' | 'admin' | 'membersChanged' | 'updated'> {
  /** One of Okta's own groups. */
  builtIn: boolean;
}

const EVERYONE = 1;
const BUILT_IN = 2;

export function groupFact(group: MappedGroup): string {
  const { id, isEveryone, users, apps, admin, membersChanged, updated, nodes } = group;
  const builtIn = nodes.some(({ attributes }) => attributes.type === 'BUILT_IN');
  const own = isEveryone ? EVERYONE : builtIn ? BUILT_IN : 0;
  return JSON.stringify([id, own, users, apps, admin, membersChanged, updated]);
}

export function readGroupFact(fact: string): GroupFact {
  const [id, own, users, apps, admin, membersChanged, updated = null] = JSON.parse(fact) as [
    string,
    number,
    number | null,
    number | null,
    boolean | null,
    Millis | null,
    Millis | null,
  ];
  const isEveryone = own === EVERYONE;
  return { id, isEveryone, builtIn: isEveryone || own === BUILT_IN, users, apps, admin, membersChanged, updated };
}

/** An app, and whether it changed since the time that the phase was told. */
export function appFact(app: Pick<MappedApp, 'id' | 'lastUpdated'>, since: Millis | null): string {
  return `${mark(app.lastUpdated, since)}${app.id}`;
}

export function readAppFact(fact: string): { id: string; changed: boolean } {
  return { id: fact.slice(1), changed: fact.startsWith(CHANGED) };
}

/** That a user or group (native id) holds a role (type, or id of a custom role). */
export interface Holding {
  role: string;
  holder: string;
  /** Native id of the assignment. */
  assignment?: string | undefined;
}

export function holdingFact(holding: Holding): string {
  return `${holding.role}\n${holding.holder}\n${holding.assignment ?? ''}`;
}

export function readHolding(fact: string): Holding {
  const [role = '', holder = '', assignment = ''] = fact.split('\n');
  return { role, holder, assignment: assignment || undefined };
}
