import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { createAccessTokens } from './access-tokens.ts';
import { appCredentialRoutes } from './app-credentials.routes.ts';
import { appKeyRoutes } from './app-keys.routes.ts';
import { appRoutes } from './apps.routes.ts';
import { requirePrincipal } from './auth.ts';
import { consentRoutes } from './consents.routes.ts';
import { directoryRoutes } from './directory.routes.ts';
import { createDpopVerifier } from './dpop.ts';
import { entitlementRoutes } from './entitlements.routes.ts';
import { forbidden, OktaError, sendError, tooManyRequests, unavailable } from './errors.ts';
import { eventHookRoutes } from './event-hooks.routes.ts';
import { groupRoutes } from './groups.routes.ts';
import type { OktaDeps, OktaEnv } from './http.ts';
import { apiTokenRoutes, clientRoutes, iamRoutes } from './iam.routes.ts';
import { integrationRoutes } from './integrations.routes.ts';
import { labelRoutes } from './labels.routes.ts';
import { logRoutes } from './logs.routes.ts';
import { orgRoutes } from './org.routes.ts';
import { outerRoutes } from './outer.routes.ts';
import { createRateLimiter } from './rate-limit.ts';
import { resourceSetRoutes } from './resource-sets.routes.ts';
import { settingsRoutes } from './settings.routes.ts';
import { tokenRoutes } from './token.routes.ts';
import { userRoutes } from './users.routes.ts';

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The parts of Okta's API outside `/api/v1` and `/oauth2`. */
const OUTER = [
  '/attack-protection/*',
  '/governance/*',
  '/integrations/*',
  '/privileged-access/*',
  '/workload-principals/*',
];

/** The simulated Okta org as one app, to be mounted at the root. */
export function createOktaApp(deps: OktaDeps): Hono<OktaEnv> {
  const { org, faults } = deps;
  const limiter = createRateLimiter(org.clock, () => faults.current().rateMultiplier ?? 1);
  const security = {
    accessTokens: createAccessTokens(org.clock, org.ids),
    verifyDpop: createDpopVerifier(org.clock),
  };

  /** The headers of every answer, the rate limit, and the faults in force. */
  const frontDoor = createMiddleware<OktaEnv>(async (c, next) => {
    c.header('Date', new Date(org.clock.now()).toUTCString());
    c.header('X-Okta-Request-Id', org.ids.opaque(32));
    const rate = limiter.take(c.req.method, c.req.path);
    c.header('X-Rate-Limit-Limit', String(rate.limit));
    c.header('X-Rate-Limit-Remaining', String(rate.remaining));
    c.header('X-Rate-Limit-Reset', String(rate.reset));
    const { slowMs } = faults.current();
    if (slowMs !== undefined && slowMs > 0) await sleep(slowMs);
    if (rate.exceeded) throw tooManyRequests();
    if (faults.happens('rate429')) {
      // A short penalty: an injected refusal should not hold a client up for a whole window.
      c.header('X-Rate-Limit-Remaining', '0');
      c.header('X-Rate-Limit-Reset', String(Math.ceil(org.clock.now() / 1000) + 1));
      throw tooManyRequests();
    }
    if (faults.happens('rate5xx')) throw unavailable();
    if (faults.isForbidden(c.req.path)) throw forbidden();
    await next();
  });

  const app = new Hono<OktaEnv>();
  app.use('/api/*', frontDoor);
  app.use('/oauth2/*', frontDoor);
  for (const path of OUTER) app.use(path, frontDoor, requirePrincipal({ org, ...security }));
  app.use('/api/v1/*', requirePrincipal({ org, ...security }));
  app.use('/oauth2/v1/clients/*', requirePrincipal({ org, ...security }));
  app.route('/', tokenRoutes({ ...deps, ...security }));
  app.route('/api/v1/users', userRoutes(deps));
  app.route('/api/v1/users', consentRoutes(deps));
  app.route('/api/v1/groups', groupRoutes(deps));
  app.route('/api/v1/apps', appRoutes(deps));
  app.route('/api/v1/apps', appKeyRoutes(deps));
  app.route('/api/v1/apps', appCredentialRoutes(deps));
  app.route('/api/v1/iam/resource-sets', resourceSetRoutes(deps));
  app.route('/api/v1/iam', iamRoutes(deps));
  app.route('/api/v1/api-tokens', apiTokenRoutes(deps));
  app.route('/oauth2/v1/clients', clientRoutes(deps));
  app.route('/api/v1/logs', logRoutes(deps));
  app.route('/api/v1/eventHooks', eventHookRoutes(deps));
  app.route('/api/v1', directoryRoutes(deps));
  app.route('/api/v1', integrationRoutes(deps));
  app.route('/api/v1', settingsRoutes(deps));
  app.route('/api/v1', orgRoutes(deps));
  app.route('/governance/api/v1', labelRoutes(deps));
  app.route('/governance/api/v1', entitlementRoutes(deps));
  app.route('/', outerRoutes(deps));
  app.notFound((c) => {
    const allowed = methodsOf(app, c.req.path);
    if (allowed.length > 0) c.header('Allow', allowed.join(', '));
    const status = allowed.length > 0 ? 405 : 404;
    const error = new OktaError(status, 'E0000022', 'The endpoint does not support the provided HTTP method');
    return sendError(c, error, `oae${org.ids.opaque(22)}`);
  });
  app.onError((error, c) => {
    if (error instanceof OktaError) return sendError(c, error, `oae${org.ids.opaque(22)}`);
    console.error(error);
    return sendError(c, unavailable(), `oae${org.ids.opaque(22)}`);
  });
  return app;
}

/** The methods that some route takes on this path. */
function methodsOf(app: Hono<OktaEnv>, path: string): string[] {
  const found = app.routes
    .filter(({ method, path: pattern }) => method !== 'ALL' && toPattern(pattern).test(path))
    .map(({ method }) => method);
  return [...new Set(found)];
}

function toPattern(path: string): RegExp {
  return new RegExp(`^${path.replace(/\/$/, '').replace(/:[^/]+/g, '[^/]+')}/?$`);
}
