import type { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { secureHeaders } from 'hono/secure-headers';
import { archiveRoutes } from '../archive/archive.routes.ts';
import { authRoutes } from '../auth/auth.routes.ts';
import { authenticate } from '../auth/authenticate.ts';
import { loginRoutes } from '../auth/session.routes.ts';
import { tenantRoutes } from '../auth/tenants.routes.ts';
import { criticalityRoutes } from '../criticality/criticality.routes.ts';
import { detectionRoutes } from '../detections/detections.routes.ts';
import { discoveryRoutes } from '../discovery/discovery.routes.ts';
import { graphRoutes } from '../graph/graph.routes.ts';
import { identityJoinRoutes } from '../identities/identities.routes.ts';
import { inboxRoutes } from '../inbox/inbox.routes.ts';
import { ingestRoutes } from '../ingest/ingest.routes.ts';
import { issueRoutes } from '../issues/issues.routes.ts';
import { outboundRoutes } from '../outbound/outbound.routes.ts';
import { createDeps, type Deps } from '../platform/deps.ts';
import { type ApiEnv, createRouter } from '../platform/http/router.ts';
import { remediationRoutes } from '../remediation/remediation.routes.ts';
import { settingsRoutes } from '../settings/settings.routes.ts';
import { completenessRoutes } from '../sources/completeness.routes.ts';
import { eventHookRoutes } from '../sources/event-hooks.routes.ts';
import { sourceRoutes } from '../sources/sources.routes.ts';
import { backfillRoutes } from '../tail/backfills.routes.ts';
import { usageRoutes } from '../usage/usage.routes.ts';
import { aboutRoutes } from './about.routes.ts';
import { healthRoutes } from './health.routes.ts';
import { metricsRoutes } from './metrics.routes.ts';
import { API_PREFIX } from './openapi.ts';
import { methodNotAllowedError, onError, onNotFound, problemResponse, tooLarge } from './problem.ts';

/** Largest request body of the API. Ingest has its own limit. */
export const MAX_BODY = 1024 * 1024;

/** For answers that are data: a browser that is shown one runs and loads nothing. */
const LOCKED_DOWN = "default-src 'none'; frame-ancestors 'none'";

export interface ApiOptions {
  makeDeps?: (env: Env) => Deps;
}

/** The whole HTTP surface: the REST API under `/api/v1` and the receivers under `/ingest`. */
export function createApi({ makeDeps = createDeps }: ApiOptions = {}): OpenAPIHono<ApiEnv> {
  const app = createRouter();
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API token (`pat_…`) or a session token (`pss_…`)',
  });

  app.onError(onError);
  app.notFound(onNotFound);
  app.use('*', async (c, next) => {
    c.set('deps', makeDeps(c.env));
    await next();
  });
  app.route('/ingest', ingestRoutes(makeDeps));

  app.use(
    '/api/*',
    secureHeaders({ xFrameOptions: 'DENY' }),
    // What an answer says of itself stands (the documentation page has a style and may be cached).
    async (c, next) => {
      await next();
      if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
      if (!c.res.headers.has('Content-Security-Policy')) c.res.headers.set('Content-Security-Policy', LOCKED_DOWN);
    },
    methodNotAllowed({
      app,
      onMethodNotAllowed: (_, methods) =>
        problemResponse(methodNotAllowedError({ detail: `Allowed: ${methods.join(', ')}.` }), {
          Allow: methods.join(', '),
        }),
    }),
    bodyLimit({
      maxSize: MAX_BODY,
      onError: () => {
        throw tooLarge({ detail: `At most ${MAX_BODY} bytes.` });
      },
    }),
  );

  // Order is the rule here: what stands before `authenticate` is public, everything after it is not.
  app.route(API_PREFIX, healthRoutes());
  app.route(
    API_PREFIX,
    aboutRoutes(() => app),
  );
  app.route(API_PREFIX, loginRoutes());
  app.use(`${API_PREFIX}/*`, authenticate);
  app.route(API_PREFIX, authRoutes());
  app.route(API_PREFIX, tenantRoutes());
  app.route(API_PREFIX, sourceRoutes());
  app.route(API_PREFIX, eventHookRoutes());
  app.route(API_PREFIX, completenessRoutes());
  app.route(API_PREFIX, backfillRoutes());
  app.route(API_PREFIX, inboxRoutes());
  app.route(API_PREFIX, archiveRoutes());
  app.route(API_PREFIX, graphRoutes());
  app.route(API_PREFIX, criticalityRoutes());
  app.route(API_PREFIX, identityJoinRoutes());
  app.route(API_PREFIX, issueRoutes());
  app.route(API_PREFIX, detectionRoutes());
  app.route(API_PREFIX, discoveryRoutes());
  app.route(API_PREFIX, outboundRoutes());
  app.route(API_PREFIX, metricsRoutes());
  app.route(API_PREFIX, settingsRoutes());
  app.route(API_PREFIX, usageRoutes());
  app.route(API_PREFIX, remediationRoutes());
  return app;
}
