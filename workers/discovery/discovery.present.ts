import type { z } from '@hono/zod-openapi';
import { eventsByIds, listEvents } from '../inbox/events.repository.ts';
import { presentEvent } from '../inbox/inbox.present.ts';
import { iso, isoOrNull } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { type DiscoveredApp, titleOf } from './app.ts';
import { type AppUser, type ScopeShown, scopesOf } from './consents.repository.ts';
import type { appDetailSchema, appSchema, appUserSchema } from './discovery.schemas.ts';
import { meaningOf, WIDE } from './scopes.ts';
import { appUsers } from './users.ts';

const FIRST_USERS = 10;
const EVENTS_SHOWN = 10;

const textOrNull = (text: string) => (text === '' ? null : text);
const timeOrNull = (at: number) => isoOrNull(at === 0 ? null : at);

export function presentApp(app: DiscoveredApp): z.infer<typeof appSchema> {
  return {
    id: app.id,
    source: app.sourceId,
    key: app.key,
    keyKind: app.keyKind,
    nativeId: textOrNull(app.nativeId),
    name: titleOf(app),
    catalogName: textOrNull(app.catalogName),
    domain: textOrNull(app.domain),
    firstSeen: iso(app.firstSeen),
    lastSeen: timeOrNull(app.lastSeen),
    lastUsed: timeOrNull(app.usedAt),
    users: app.users,
    scopes: app.scopes,
    managed: {
      state: app.managed,
      reason: app.managedReason,
      detail: app.managedDetail || 'Not looked at yet; within a minute it is.',
    },
    risk: { level: app.risk, score: app.riskScore },
    owner: app.owner,
    review: { state: app.review, by: app.reviewedBy, at: isoOrNull(app.reviewedAt), note: app.reviewNote },
    assessedAt: timeOrNull(app.assessedAt),
  };
}

export function presentUser(user: AppUser): z.infer<typeof appUserSchema> {
  const spoken = user.assignedAt + user.unassignedAt > 0;
  return {
    accountId: user.accountId,
    nativeId: user.nativeId,
    login: textOrNull(user.login),
    firstSeen: iso(user.firstSeen),
    lastSeen: iso(user.lastSeen),
    lastUsed: timeOrNull(user.usedAt),
    assigned: spoken ? user.assignedAt > user.unassignedAt : null,
    scopes: user.scopes,
    consent: user.scopes.length > 0 ? 'active' : user.revokedAt === null ? 'none' : 'revoked',
    revokedAt: isoOrNull(user.revokedAt),
  };
}

function presentScope(grant: ScopeShown) {
  const { weight, words } = meaningOf(grant.scope);
  return {
    scope: grant.scope,
    meaning: words,
    weight,
    wide: weight >= WIDE,
    accounts: grant.accounts,
    revoked: grant.revoked,
    admin: grant.admin,
    active: grant.active > 0,
    firstGranted: iso(grant.firstGranted),
    lastGranted: iso(grant.lastGranted),
  };
}

/** An app with what it may do, who was seen with it, and the events that told. */
export async function appDetail(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  app: DiscoveredApp,
): Promise<z.infer<typeof appDetailSchema>> {
  const [grants, users, named] = await Promise.all([
    scopesOf(deps, tenantId, app.id),
    appUsers(deps, tenantId, app, { limit: FIRST_USERS }),
    app.nativeId === ''
      ? []
      : listEvents(deps, tenantId, { limit: EVENTS_SHOWN, source: app.sourceId, target: app.nativeId }).then(
          (page) => page.data,
        ),
  ]);
  // a consent names its scope and not the app as its target
  const consents = grants.slice(0, EVENTS_SHOWN).map(({ eventId }) => eventId);
  const granted = await eventsByIds(deps, tenantId, [...new Set(consents)]);
  const events = new Map([...granted, ...named].map((event) => [event.id, event]));
  return {
    ...presentApp(app),
    reasons: app.riskReasons,
    grants: grants.map(presentScope),
    firstUsers: users.data.map(presentUser),
    events: [...events.values()]
      .sort((a, b) => b.publishedAt - a.publishedAt)
      .slice(0, EVENTS_SHOWN)
      .map(presentEvent),
  };
}
