import { Hono } from 'hono';
import { matches } from '../core/scim-filter.ts';
import { invalid, notFound } from './errors.ts';
import { type OktaDeps, type OktaEnv, readFilter, sendBodyList } from './http.ts';

/** `/governance/api/v1/grants`: who was given which entitlements of an app. */
export function entitlementRoutes(deps: OktaDeps) {
  const { estate } = deps.org.world;
  return new Hono<OktaEnv>().get('/grants', (c) => {
    const { filter, include } = c.req.query();
    if (filter === undefined) throw invalid('filter', 'a filter is required');
    const node = readFilter(filter);
    const appId = /target\.externalId eq "([^"]+)"/.exec(filter)?.[1];
    if (appId !== undefined && !estate.entitledApps.has(appId)) throw notFound(appId, 'Resource');
    const found = estate.entitlementGrants.filter((grant) => matches(node, grant));
    return sendBodyList(
      c,
      'data',
      found,
      ({ id }) => id,
      ({ entitlements, ...grant }) => (include === 'full_entitlements' ? { ...grant, entitlements } : grant),
      { fallback: 20, most: 200 },
    );
  });
}
