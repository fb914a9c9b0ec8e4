import { createRouter } from '../platform/http/router.ts';
import { changeRoutes } from './changes.routes.ts';
import { coverageRoutes } from './coverage.routes.ts';
import { identityRoutes } from './identities.routes.ts';
import { inventoryRoutes } from './inventory.routes.ts';
import { identityKindRoutes } from './kinds/kinds.routes.ts';
import { lookupRoutes } from './lookup.routes.ts';
import { moveRoutes } from './move/moves.routes.ts';
import { nodeRoutes } from './nodes.routes.ts';
import { pathRoutes } from './paths.routes.ts';
import { privilegeRoutes } from './privileges/privileges.routes.ts';
import { savedQueryRoutes } from './queries/queries.routes.ts';
import { questionRoutes } from './questions.routes.ts';
import { whatIfRoutes } from './what-if.routes.ts';

/** Everything that reads the graph: identities, accounts, groups, apps, roles, paths, history, questions and coverage. */
export function graphRoutes() {
  return createRouter()
    .route('/', identityRoutes())
    .route('/', nodeRoutes())
    .route('/', inventoryRoutes())
    .route('/', pathRoutes())
    .route('/', changeRoutes())
    .route('/', questionRoutes())
    .route('/', savedQueryRoutes())
    .route('/', lookupRoutes())
    .route('/', privilegeRoutes())
    .route('/', whatIfRoutes())
    .route('/', identityKindRoutes())
    .route('/', moveRoutes())
    .route('/', coverageRoutes());
}
