import { nodeId } from '../graph/model.ts';
import type { NodeSummary } from '../graph/port.ts';
import { CATALOGUE_REASONS } from './catalogue.ts';
import type { Criticality } from './levels.ts';

/** Kinds of nodes that have a criticality. */
export const CRITICAL_KINDS = ['app', 'group', 'role'] as const;
export type CriticalKind = (typeof CRITICAL_KINDS)[number];

/** Roles that give the whole org. */
const ORG_WIDE_ROLES = ['SUPER_ADMIN', 'ORG_ADMIN'];

const rule = (level: Criticality['level'], reason: string): Criticality => ({ level, source: 'rule', reason });

/**
 * Criticality by what a thing can do. A role that gives the org is tier zero, and so is who holds one; other admin
 * roles, and who holds them, are privileged. `roles`: those that the node holds itself.
 */
export function criticalityByRule(node: NodeSummary, roles: readonly { id: string; name: string }[]): Criticality {
  const orgWide = new Set(ORG_WIDE_ROLES.map((type) => nodeId('role', node.sourceId, type)));
  if (node.kind === 'role') {
    return orgWide.has(node.id)
      ? rule('tier_zero', 'The role gives power over the whole org.')
      : rule('privileged', 'It is an administrator role.');
  }
  const whole = roles.find(({ id }) => orgWide.has(id));
  if (whole) return rule('tier_zero', `It holds ${whole.name}, which gives power over the whole org.`);
  const [first] = roles;
  return first
    ? rule('privileged', `It holds the role ${first.name}.`)
    : rule('ordinary', 'Nothing makes it critical.');
}

/** Why an app of this kind is a crown jewel in most companies; null for any other node. A proposal, not a level. */
export function suggestionFor({ kind, attributes }: Pick<NodeSummary, 'kind' | 'attributes'>): string | null {
  if (kind !== 'app' || typeof attributes.catalogName !== 'string') return null;
  return CATALOGUE_REASONS.get(attributes.catalogName.toLowerCase()) ?? null;
}
