import { Hono } from 'hono';
import { iso } from '../core/clock.ts';
import { matches } from '../core/scim-filter.ts';
import type { Device } from '../world/model.ts';
import { authenticatorMethods } from './authenticator-methods.ts';
import { withSelf } from './config-list.ts';
import { badParameter, notFound } from './errors.ts';
import { type OktaContext, type OktaDeps, type OktaEnv, originOf, readFilter, sendList, setLinks } from './http.ts';
import { accessPolicyOf, policiesOf, profilePolicyOf, renderPolicy, renderPolicyRule } from './policies.ts';
import { renderUser } from './render.ts';
import {
  authenticatorsOf,
  FEDERATION_ID,
  idpsOf,
  logStreamsOf,
  orgSettings,
  renderDevice,
  trustedOriginsOf,
  zonesOf,
} from './settings.ts';

const POLICY_TYPES = [
  'OKTA_SIGN_ON',
  'PASSWORD',
  'MFA_ENROLL',
  'ACCESS_POLICY',
  'IDP_DISCOVERY',
  'PROFILE_ENROLLMENT',
  'POST_AUTH_SESSION',
  'ENTITY_RISK',
  'DEVICE_SIGNAL_COLLECTION',
  'SESSION_VIOLATION_DETECTION',
  'CLIENT_UPDATE',
  'IDENTITY_CLAIM_SOURCING',
];

/** The parts of the org that only describe its configuration. */
export function settingsRoutes(deps: OktaDeps) {
  const { org } = deps;
  const { world } = org;
  const { estate } = world;
  const founded = () => world.foundedAt;
  const app = new Hono<OktaEnv>();

  /** A list and its members by id. */
  const lists: Readonly<Record<string, { kind: string; items: (base: string) => { id: string }[] }>> = {
    zones: {
      kind: 'NetworkZone',
      items: (base) => [...zonesOf(base, founded()), ...withSelf(base, 'zones', estate.zones)],
    },
    authenticators: { kind: 'Authenticator', items: (base) => authenticatorsOf(base, founded()) },
    idps: {
      kind: 'IdentityProvider',
      items: (base) => [...idpsOf(base, founded()), ...withSelf(base, 'idps', estate.idps)],
    },
    trustedOrigins: {
      kind: 'TrustedOrigin',
      items: (base) => [
        ...trustedOriginsOf(world, base, founded()),
        ...withSelf(base, 'trustedOrigins', estate.trustedOrigins),
      ],
    },
    logStreams: { kind: 'LogStream', items: (base) => logStreamsOf(base, founded()) },
  };
  for (const [name, { kind, items }] of Object.entries(lists)) {
    app.get(`/${name}`, (c) =>
      sendList(
        c,
        items(originOf(c)),
        ({ id }) => id,
        (item) => item,
        { fallback: 200, most: 200 },
      ),
    );
    app.get(`/${name}/:id`, (c) => {
      const id = c.req.param('id');
      const found = items(originOf(c)).find((item) => item.id === id);
      if (found === undefined) throw notFound(id, kind);
      return c.json(found);
    });
  }

  const device = (c: OktaContext): Device => {
    const id = c.req.param('id') ?? '';
    const found = world.devices.find((one) => one.id === id);
    if (found === undefined) throw notFound(id, 'Device');
    return found;
  };
  /** Who signs in on a device. */
  const usersOf = ({ userId, created, managed }: Device, base: string, summary: boolean) => {
    const user = world.users.get(userId);
    if (user === undefined) return [];
    const { id, realmId, profile, _links } = renderUser(world, user, base);
    const { login, email, firstName, lastName } = profile;
    return [
      {
        created: iso(created),
        managementStatus: managed ? 'MANAGED' : 'NOT_MANAGED',
        screenLockType: 'BIOMETRIC',
        user: summary
          ? { id, realmId, profile: { login, email, firstName, lastName }, _links }
          : renderUser(world, user, base),
      },
    ];
  };
  const policy = (c: OktaContext) => {
    const id = c.req.param('id') ?? '';
    const found = policiesOf(world).find((one) => one.id === id);
    if (found === undefined) throw notFound(id, 'Policy');
    return found;
  };

  return app
    .get('/org', (c) => c.json(orgSettings(world, originOf(c), founded())))
    .get('/idps/:id/users', (c) => {
      const id = c.req.param('id');
      const known = lists.idps?.items(originOf(c)).some((one) => one.id === id) === true;
      if (!known) throw notFound(id, 'IdentityProvider');
      const linked = [...world.users.values()].filter(
        ({ status, provider }) => id === FEDERATION_ID && provider.type === 'FEDERATION' && status !== 'DEPROVISIONED',
      );
      return sendList(
        c,
        linked,
        (user) => user.id,
        (user) => ({
          id: user.id,
          externalId: user.profile.login,
          created: iso(user.created),
          lastUpdated: iso(user.created),
          profile: {},
          _links: {
            self: { href: `${originOf(c)}/api/v1/idps/${id}/users/${user.id}` },
            idp: { href: `${originOf(c)}/api/v1/idps/${id}` },
            user: { href: `${originOf(c)}/api/v1/users/${user.id}` },
          },
        }),
        { fallback: 200, most: 200 },
      );
    })
    .get('/authenticators/:id/methods', (c) => {
      const id = c.req.param('id');
      const found = authenticatorsOf(originOf(c), founded()).find((one) => one.id === id);
      if (found === undefined) throw notFound(id, 'Authenticator');
      return c.json(authenticatorMethods(found.key, `${originOf(c)}/api/v1/authenticators/${id}`));
    })
    .get('/devices', (c) => {
      const base = originOf(c);
      const { search, expand } = c.req.query();
      const node = search === undefined ? null : readFilter(search);
      const withUsers = expand === 'user' || expand === 'userSummary';
      return sendList(
        c,
        world.devices,
        ({ id }) => id,
        (one) => ({
          ...renderDevice(one, base),
          ...(withUsers ? { _embedded: { users: usersOf(one, base, expand === 'userSummary') } } : {}),
        }),
        { fallback: 200, most: 200 },
        (one) => node === null || matches(node, renderDevice(one, base)),
      );
    })
    .get('/devices/:id', (c) => c.json(renderDevice(device(c), originOf(c))))
    .get('/devices/:id/users', (c) => c.json(usersOf(device(c), originOf(c), false)))
    .get('/policies', (c) => {
      const type = c.req.query('type');
      if (type === undefined || !POLICY_TYPES.includes(type))
        throw badParameter('type is required and must be a policy type');
      const withRules = c.req.query('expand') === 'rules';
      return sendList(
        c,
        policiesOf(world).filter((one) => one.type === type),
        ({ priority, id }) => `${String(priority).padStart(4, '0')} ${id}`,
        (one) => renderPolicy(one, originOf(c), founded(), withRules),
        { fallback: 200, most: 200 },
      );
    })
    .get('/policies/:id', (c) =>
      c.json(renderPolicy(policy(c), originOf(c), founded(), c.req.query('expand') === 'rules')),
    )
    .get('/policies/:id/rules', (c) => {
      const { id, rules } = policy(c);
      return c.json(rules.map((rule) => renderPolicyRule(rule, `${originOf(c)}/api/v1/policies/${id}`, founded())));
    })
    .get('/policies/:id/mappings', (c) => {
      const { id } = policy(c);
      const self = `${originOf(c)}/api/v1/policies/${id}`;
      const apps = [...world.apps.values()].filter((one) =>
        [accessPolicyOf(world, one), profilePolicyOf(world, one)].includes(id),
      );
      setLinks(c, null);
      return c.json(
        apps.map((one, i) => ({
          id: `map${String(i).padStart(14, '0')}5d7`,
          _links: {
            self: { href: `${self}/mappings/map${String(i).padStart(14, '0')}5d7` },
            application: { href: `${originOf(c)}/api/v1/apps/${one.id}` },
            policy: { href: self },
          },
        })),
      );
    });
}
