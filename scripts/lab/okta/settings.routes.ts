import { Hono } from 'hono';
import { iso } from '../core/clock.ts';
import type { Device } from '../world/model.ts';
import { badParameter, notFound } from './errors.ts';
import { type OktaContext, type OktaDeps, type OktaEnv, originOf, sendList, setLinks } from './http.ts';
import { ACCESS_POLICY_ID, policiesOf, renderPolicy, renderPolicyRule } from './policies.ts';
import { renderUser } from './render.ts';
import {
  authenticatorsOf,
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
];

/** The parts of the org that only describe its configuration. */
export function settingsRoutes(deps: OktaDeps) {
  const { org } = deps;
  const { world } = org;
  const founded = () => world.foundedAt;
  const app = new Hono<OktaEnv>();

  /** A list and its members by id. */
  const lists: Readonly<Record<string, { kind: string; items: (base: string) => { id: string }[] }>> = {
    zones: { kind: 'NetworkZone', items: (base) => zonesOf(base, founded()) },
    authenticators: { kind: 'Authenticator', items: (base) => authenticatorsOf(base, founded()) },
    idps: { kind: 'IdentityProvider', items: (base) => idpsOf(base, founded()) },
    trustedOrigins: { kind: 'TrustedOrigin', items: (base) => trustedOriginsOf(world, base, founded()) },
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
  const policy = (c: OktaContext) => {
    const id = c.req.param('id') ?? '';
    const found = policiesOf(world).find((one) => one.id === id);
    if (found === undefined) throw notFound(id, 'Policy');
    return found;
  };

  return app
    .get('/org', (c) => c.json(orgSettings(world, originOf(c), founded())))
    .get('/devices', (c) =>
      sendList(
        c,
        world.devices,
        ({ id }) => id,
        (one) => renderDevice(one, originOf(c)),
        { fallback: 200, most: 200 },
      ),
    )
    .get('/devices/:id', (c) => c.json(renderDevice(device(c), originOf(c))))
    .get('/devices/:id/users', (c) => {
      const { userId, created, managed } = device(c);
      const user = world.users.get(userId);
      const managementStatus = managed ? 'MANAGED' : 'NOT_MANAGED';
      return c.json(
        user === undefined
          ? []
          : [
              {
                created: iso(created),
                managementStatus,
                screenLockType: 'BIOMETRIC',
                user: renderUser(world, user, originOf(c)),
              },
            ],
      );
    })
    .get('/policies', (c) => {
      const type = c.req.query('type');
      if (type === undefined || !POLICY_TYPES.includes(type))
        throw badParameter('type is required and must be a policy type');
      const withRules = c.req.query('expand') === 'rules';
      setLinks(c, null);
      const found = policiesOf(world).filter((one) => one.type === type);
      return c.json(found.map((one) => renderPolicy(one, originOf(c), founded(), withRules)));
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
      const apps =
        id === ACCESS_POLICY_ID ? [...world.apps.values()].filter((one) => one.signOnMode !== 'BOOKMARK') : [];
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
