import { tenants } from '../../db/control/schema.ts';
import { inboxUnderTest, rawEvent } from '../inbox/inbox.fixtures.ts';
import { DAY, iso, type Millis } from '../platform/clock.ts';
import type { Retention } from '../settings/retention.repository.ts';
import { type DailyUse, listUsage } from './usage.repository.ts';

let n = 0;

/** Tests only: a successful sign-on of `user` to `app`. */
export function signOn(user: string, app: string, at: Millis, more: Record<string, unknown> = {}) {
  return rawEvent({
    uuid: `sso-${++n}`,
    eventType: 'user.authentication.sso',
    published: iso(at),
    actor: { id: user, type: 'User', displayName: user, alternateId: `${user}@acme.test` },
    target: [{ id: app, type: 'AppInstance', displayName: app, alternateId: app }],
    ...more,
  });
}

/** Tests only: an inbox whose tenant is registered, with its own retention. */
export async function usageUnderTest(retention: Partial<Retention> = {}) {
  const t = inboxUnderTest();
  await t.deps.control.insert(tenants).values({ id: t.tenantId, name: 'T', createdAt: 0, ...retention });
  const list = async (query: Partial<Parameters<typeof listUsage>[2]> = {}) => {
    const found: DailyUse[] = [];
    let cursor: string | undefined;
    do {
      const page = await listUsage(t.deps, t.tenantId, { limit: 200, from: 0, to: 1e6, cursor, ...query });
      found.push(...page.data);
      cursor = page.next ?? undefined;
    } while (cursor);
    return found;
  };
  return {
    ...t,
    list,
    /** Sign-ons that count, in all. */
    counted: async () => (await list()).reduce((sum, { signOns }) => sum + signOns, 0),
    stored: async () => (await t.events()).length,
    today: Math.floor(t.clock.now() / DAY),
  };
}
