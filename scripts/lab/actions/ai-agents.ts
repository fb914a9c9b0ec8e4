import { iso } from '../core/clock.ts';
import type { ConfigItem } from '../world/estate/estate.ts';
import { emit, type Org, type Origin } from './org.ts';

/** Stops an AI agent. Okta does it later and answers with an operation; here it has happened at once. */
export function deactivateAgent(org: Org, origin: Origin, agent: ConfigItem): ConfigItem {
  const now = iso(org.clock.now());
  agent.status = 'INACTIVE';
  agent.lastUpdated = now;
  const operation: ConfigItem = {
    id: org.ids.next('wpo'),
    type: 'ai-agent:Deactivate',
    status: 'COMPLETED',
    created: now,
    started: now,
    completed: now,
    resource: { id: agent.id, type: 'AI_AGENT', status: 'INACTIVE' },
    errorDetails: null,
  };
  org.world.estate.operations.set(operation.id, operation);
  emit(org, origin, {
    type: 'workload_principal.ai_agent.deactivate',
    targets: [
      {
        id: agent.id,
        type: 'WorkloadPrincipal',
        alternateId: 'unknown',
        displayName: agentName(agent),
        detailEntry: null,
      },
    ],
  });
  return operation;
}

function agentName(agent: ConfigItem): string {
  const { profile } = agent;
  return typeof profile === 'object' && profile !== null && 'name' in profile ? String(profile.name) : agent.id;
}
