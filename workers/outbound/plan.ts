import type { Deps } from '../platform/deps.ts';
import { automationSends } from './automation.ts';
import { type IssueFacts, webhookBody } from './body.ts';
import { deliveryId } from './delivery.ts';
import type { NewDelivery } from './delivery-store.ts';
import { type EntityFacts, factsFromIssue } from './entity.ts';
import type { Routing } from './integrations.repository.ts';
import type { Lookups } from './lookups.ts';
import type { OutboundMessage } from './message.ts';

/**
 * Turns changes of issues into deliveries: which integrations are told, and with what body. A change of an issue that
 * does not exist, or that nobody wants to hear of, makes none. All messages are of one tenant.
 */
export async function planDeliveries(
  deps: Pick<Deps, 'env' | 'log'>,
  lookups: Lookups,
  tenantId: string,
  messages: OutboundMessage[],
  routing: Routing,
): Promise<NewDelivery[]> {
  if (routing.integrations.size === 0) return [];
  const issues = await lookups.issues(tenantId, [...new Set(messages.map((message) => message.issueId))]);
  const wanted = new Map<string, { message: OutboundMessage; issue: IssueFacts; route: Route }>();
  for (const message of messages) {
    const issue = issues.get(message.issueId);
    if (!issue) deps.log.warn('outbound: the issue does not exist', { tenantId, issueId: message.issueId });
    else
      for (const route of routesOf(message, issue, routing)) {
        wanted.set(deliveryId(tenantId, { ...message, integrationId: route.integrationId }), { message, issue, route });
      }
  }
  if (wanted.size === 0) return [];

  const sourceTenants = await lookups.sourceTenants(tenantId);
  const tenantOf = (sourceId: string) => sourceTenants.get(sourceId) ?? '';
  const entities = await entitiesOf(
    lookups,
    [...wanted.values()].map(({ issue }) => issue),
    tenantOf,
  );
  return [...wanted].map(([id, { message, issue, route }]) => ({
    tenantId,
    id,
    integrationId: route.integrationId,
    automationId: route.automationId,
    issueId: issue.id,
    change: message.change,
    body: JSON.stringify(
      webhookBody({
        eventId: id,
        change: message.change,
        at: message.at,
        issue,
        detection: lookups.detection(issue.detection),
        entity: entities.get(issue.id) ?? factsFromIssue(issue),
        product: { name: 'Okta', tenant: tenantOf(issue.subjectSource) },
        consoleUrl: deps.env.CONSOLE_URL,
      }),
    ),
  }));
}

interface Route {
  integrationId: string;
  automationId: string | null;
}

/** One route an integration, however many of its automations match: the first one that was made is named. */
function routesOf(message: OutboundMessage, issue: IssueFacts, routing: Routing): Route[] {
  if (message.change === 'manual') {
    const id = message.integrationId;
    return id && routing.integrations.has(id) ? [{ integrationId: id, automationId: null }] : [];
  }
  const routes = new Map<string, Route>();
  for (const automation of routing.automations) {
    const integration = routing.integrations.get(automation.integrationId);
    if (!integration || integration.status === 'disabled' || routes.has(integration.id)) continue;
    if (!automationSends(automation, issue, message.change)) continue;
    routes.set(integration.id, { integrationId: integration.id, automationId: automation.id });
  }
  return [...routes.values()];
}

async function entitiesOf(lookups: Lookups, issues: IssueFacts[], tenantOf: (sourceId: string) => string) {
  const unique = new Map(issues.map((issue) => [issue.id, issue]));
  const entries = await Promise.all(
    [...unique].map(async ([id, issue]): Promise<[string, EntityFacts]> => [id, await lookups.entity(issue, tenantOf)]),
  );
  return new Map(entries);
}
