import { createRouter } from '../platform/http/router.ts';
import { automationRoutes } from './automations.routes.ts';
import { deliveryRoutes } from './deliveries.routes.ts';
import { integrationRoutes } from './integrations.routes.ts';

/** `/integrations`, `/automations`, `/deliveries`, relative to `/api/v1`. */
export function outboundRoutes() {
  return createRouter().route('/', integrationRoutes()).route('/', automationRoutes()).route('/', deliveryRoutes());
}
