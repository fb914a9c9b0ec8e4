import { createRouter } from '../platform/http/router.ts';
import { auditRoutes } from './audit.routes.ts';
import { peopleRoutes } from './people.routes.ts';
import { sessionRoutes } from './session.routes.ts';
import { tokenRoutes } from './tokens.routes.ts';
import { userRoutes } from './users.routes.ts';

/** Session, users, tokens and audit. Logging in is apart (`loginRoutes`): it comes before authentication. */
export function authRoutes() {
  return createRouter()
    .route('/', sessionRoutes())
    .route('/', userRoutes())
    .route('/', peopleRoutes())
    .route('/', tokenRoutes())
    .route('/', auditRoutes());
}
