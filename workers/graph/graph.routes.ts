import { createRouter } from '../platform/http/router.ts';
import { coverageRoutes } from './coverage.routes.ts';
import { identityRoutes } from './identities.routes.ts';
import { nodeRoutes } from './nodes.routes.ts';
import { pathRoutes } from './paths.routes.ts';

/** Everything that reads the graph: identities, accounts, groups, apps, roles, paths and coverage. */
export function graphRoutes() {
  return createRouter()
    .route('/', identityRoutes())
    .route('/', nodeRoutes())
    .route('/', pathRoutes())
    .route('/', coverageRoutes());
}
