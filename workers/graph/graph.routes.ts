import { createRouter } from '../platform/http/router.ts';
import { changeRoutes } from './changes.routes.ts';
import { coverageRoutes } from './coverage.routes.ts';
import { identityRoutes } from './identities.routes.ts';
import { nodeRoutes } from './nodes.routes.ts';
import { pathRoutes } from './paths.routes.ts';
import { questionRoutes } from './questions.routes.ts';
import { whatIfRoutes } from './what-if.routes.ts';

/** Everything that reads the graph: identities, accounts, groups, apps, roles, paths, history, questions and coverage. */
export function graphRoutes() {
  return createRouter()
    .route('/', identityRoutes())
    .route('/', nodeRoutes())
    .route('/', pathRoutes())
    .route('/', changeRoutes())
    .route('/', questionRoutes())
    .route('/', whatIfRoutes())
    .route('/', coverageRoutes());
}
