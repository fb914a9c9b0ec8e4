import type { Rng } from '../lab/core/rng.ts';

export type SoakEvent = Record<string, unknown> & { uuid: string };

/** Real ids of the lab's org, so that a refresh after an event finds what it asks for. */
export interface Org {
  users: string[];
  groups: string[];
}

/**
 * What a busy log is made of: sign-ins and sign-ons for the most part, and about one in a hundred that changes the graph
 * and has Postern ask the source again.
 */
const MIX: readonly (readonly [string, number])[] = [
  ['user.session.start', 45],
  ['user.authentication.sso', 35],
  ['user.authentication.auth_via_mfa', 19],
  ['group.user_membership.add', 0.4],
  ['group.user_membership.remove', 0.2],
  ['user.account.update_password', 0.2],
  ['user.mfa.factor.activate', 0.2],
];
const APPS = ['Wiki', 'Mail', 'Payroll', 'Tickets', 'Chat'];
/** Some events carry much more than others: a long list of behaviours, a header dump. */
const DETAIL_BYTES: readonly (readonly [number, number])[] = [
  [0, 80],
  [1_000, 15],
  [8_000, 4],
  [30_000, 1],
];

/** Makes events as the System Log has them, each with a uuid of its own. */
export function createEventSource(rng: Rng, org: Org): (at: number) => SoakEvent {
  let n = 0;
  return (at) => {
    const eventType = rng.weighted(MIX);
    const user = rng.pick(org.users);
    const bytes = rng.weighted(DETAIL_BYTES);
    n++;
    return {
      uuid: crypto.randomUUID(),
      published: new Date(at).toISOString(),
      eventType,
      version: '0',
      severity: 'INFO',
      displayMessage: eventType,
      actor: { id: user, type: 'User', alternateId: `${user}@acme.test`, displayName: `Person ${user}` },
      client: {
        userAgent: { rawUserAgent: 'Mozilla/5.0', os: 'Mac OS X', browser: 'CHROME' },
        ipAddress: `203.0.113.${rng.int(1, 254)}`,
        device: 'Computer',
        zone: 'null',
      },
      outcome: { result: 'SUCCESS', reason: null },
      target: targets(rng, org, eventType, user),
      transaction: { type: 'WEB', id: `tx${n}`, detail: {} },
      debugContext: { debugData: { requestUri: '/app/sso', ...(bytes > 0 ? { behaviors: 'x'.repeat(bytes) } : {}) } },
    };
  };
}

function targets(rng: Rng, org: Org, eventType: string, user: string): object[] {
  const account = { id: user, type: 'User', alternateId: `${user}@acme.test`, displayName: `Person ${user}` };
  if (eventType.startsWith('group.')) {
    const group = rng.pick(org.groups);
    return [account, { id: group, type: 'UserGroup', alternateId: 'unknown', displayName: `Group ${group}` }];
  }
  if (eventType === 'user.account.update_password' || eventType === 'user.mfa.factor.activate') return [account];
  const app = rng.pick(APPS);
  return [{ id: `0oa${app.padEnd(17, '0')}`, type: 'AppInstance', alternateId: app, displayName: app }];
}
