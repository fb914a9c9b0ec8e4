import type { MappedApp, MappedGroup, MappedUser } from '../sources/okta/mapper.ts';

/*
 * What one phase tells the next, as short strings: they are kept as step results, of which one may have 1 MiB.
 */

export interface UserFact {
  id: string;
  canSignIn: boolean;
  deprovisioned: boolean;
}

export function userFact(user: Pick<MappedUser, 'id' | 'canSignIn' | 'status'>): string {
  const state = user.canSignIn ? 'S' : user.status === 'DEPROVISIONED' ? 'D' : 'O';
  return `${state}${user.id}`;
}

export function readUserFact(fact: string): UserFact {
  return { id: fact.slice(1), canSignIn: fact.startsWith('S'), deprovisioned: fact.startsWith('D') };
}

export type GroupFact = Pick<MappedGroup, 'id' | 'isEveryone' | 'users' | 'apps' | 'admin'>;

export function groupFact(group: GroupFact): string {
  return JSON.stringify([group.id, group.isEveryone ? 1 : 0, group.users, group.apps, group.admin]);
}

export function readGroupFact(fact: string): GroupFact {
  const [id, isEveryone, users, apps, admin] = JSON.parse(fact) as [
    string,
    0 | 1,
    number | null,
    number | null,
    boolean | null,
  ];
  return { id, isEveryone: isEveryone === 1, users, apps, admin };
}

export function appFact(app: Pick<MappedApp, 'id'>): string {
  return app.id;
}

/** That a user or group (native id) holds a role (type, or id of a custom role). */
export interface Holding {
  role: string;
  holder: string;
}

export function holdingFact(holding: Holding): string {
  return `${holding.role}\n${holding.holder}`;
}

export function readHolding(fact: string): Holding {
  const [role = '', holder = ''] = fact.split('\n');
  return { role, holder };
}
