import { Hono } from 'hono';
import { DAY, iso } from '../core/clock.ts';
import { matches } from '../core/scim-filter.ts';
import { configList } from './config-list.ts';
import { invalid, notFound } from './errors.ts';
import { type OktaDeps, type OktaEnv, originOf, readFilter, sendList, setLinks } from './http.ts';

/** Settings of the org, and what rules of policies ask for. */
export function orgRoutes(deps: OktaDeps) {
  const { world } = deps.org;
  const { estate } = world;
  const app = new Hono<OktaEnv>();
  configList(app, 'behaviors', {
    kind: 'BehaviorRule',
    items: () => estate.behaviors,
    limits: { fallback: 10, most: 200 },
  });
  configList(app, 'features', { kind: 'Feature', items: () => estate.features });
  configList(app, 'device-assurances', { kind: 'DeviceAssurance', items: () => estate.deviceAssurances });

  return app
    .get('/domains', (c) => c.json({ domains: estate.domains }))
    .get('/threats/configuration', (c) =>
      c.json({
        action: 'audit',
        excludeZones: estate.zones.slice(0, 1).map(({ id }) => id),
        created: iso(world.foundedAt - 900 * DAY),
        lastUpdated: iso(world.foundedAt - 100 * DAY),
        _links: { self: { href: `${originOf(c)}/api/v1/threats/configuration`, hints: { allow: ['GET'] } } },
      }),
    )
    .get('/principal-rate-limits', (c) => {
      const { filter } = c.req.query();
      if (filter === undefined) throw invalid('filter', 'a filter by principalType is required');
      const node = readFilter(filter, { paths: ['principalType'], ops: ['eq'] });
      return sendList(
        c,
        estate.principalRateLimits,
        ({ id }) => id,
        (limit) => limit,
        { fallback: 20, most: 50, least: 1 },
        (limit) => matches(node, limit),
      );
    })
    .get('/rate-limit-settings/admin-notifications', (c) => c.json({ notificationsEnabled: true }))
    .get('/rate-limit-settings/warning-threshold', (c) => c.json({ warningThreshold: 60 }))
    .get('/rate-limit-settings/per-client', (c) =>
      c.json({ defaultMode: 'PREVIEW', useCaseModeOverrides: { LOGIN_PAGE: 'ENFORCE' } }),
    )
    .get('/org/settings/clientPrivilegesSetting', (c) => c.json({ clientPrivilegesSetting: true }))
    .get('/org/settings/autoAssignAdminAppSetting', (c) => c.json({ autoAssignAdminAppSetting: true }))
    .get('/org/orgSettings/thirdPartyAdminSetting', (c) => c.json({ thirdPartyAdmin: false }))
    .get('/org/preferences', (c) => c.json({ showEndUserFooter: true }))
    .get('/org/privacy/oktaCommunication', (c) => c.json({ optOutEmailUsers: false }))
    .get('/org/privacy/oktaSupport', (c) =>
      c.json({ support: 'ENABLED', expiration: iso(world.foundedAt + 20 * DAY), caseNumber: null }),
    )
    .get('/org/contacts', (c) => {
      setLinks(c, null);
      const contact = (type: string) => ({
        contactType: type,
        _links: { [type.toLowerCase()]: { href: `${originOf(c)}/api/v1/org/contacts/${type.toLowerCase()}` } },
      });
      return c.json(['BILLING', 'TECHNICAL'].map(contact));
    })
    .get('/org/contacts/:type', (c) => {
      const type = c.req.param('type').toUpperCase();
      if (!['BILLING', 'TECHNICAL'].includes(type)) throw notFound(type, 'OrgContact');
      const userId = world.rootAdminId;
      return c.json({ userId, _links: { user: { href: `${originOf(c)}/api/v1/users/${userId}` } } });
    });
}
