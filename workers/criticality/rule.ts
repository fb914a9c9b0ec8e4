import type { NodeKind } from '../graph/model.ts';
import type { NodeSummary } from '../graph/port.ts';
import { CATALOGUE_REASONS } from './catalogue.ts';
import type { Criticality } from './levels.ts';

/** Kinds of nodes of which people and labels may say how critical they are. */
export const CRITICAL_KINDS = ['app', 'group', 'role'] as const;
export type CriticalKind = (typeof CRITICAL_KINDS)[number];

/** Kinds of nodes that have a criticality at all; of the others it is not asked. */
export const LEVELLED_KINDS: ReadonlySet<NodeKind> = new Set([
  ...CRITICAL_KINDS,
  'identity',
  'account',
  'device',
  'credential',
  'resource',
  'entitlement',
] as const);

/** Native ids of the roles that give the whole org. */
export const ORG_WIDE_ROLES: readonly string[] = ['SUPER_ADMIN', 'ORG_ADMIN'];

/** A role that something holds. */
export interface HeldRole {
  /** Native id of the role: its type, where it is a standard one. */
  type: string;
  name: string;
  /** Name of the group it comes through; null when it is held directly. */
  via: string | null;
}

/** What the rule looks at. */
export interface RuleSubject {
  kind: NodeKind;
  nativeId: string;
  /** The org itself. */
  tierZero: boolean;
  /** Roles that it holds; of a device or a credential those of whom it belongs to. */
  roles: readonly HeldRole[];
  /** Whose device or credential it is. */
  owner: string | null;
}

const rule = (level: Criticality['level'], reason: string): Criticality => ({ level, source: 'rule', reason });

/**
 * Criticality by what a thing can do. The org and a role that gives it are tier zero, and so is who holds such a role,
 * with their devices, tokens and keys; other admin roles, and who holds them, are privileged.
 */
export function criticalityByRule({ kind, nativeId, tierZero, roles, owner }: RuleSubject): Criticality {
  if (tierZero) return rule('tier_zero', 'It is the org itself.');
  if (kind === 'role') {
    return ORG_WIDE_ROLES.includes(nativeId)
      ? rule('tier_zero', 'The role gives power over the whole org.')
      : rule('privileged', 'It is an administrator role.');
  }
  const whose = owner === null ? 'It holds' : `It belongs to ${owner}, who holds`;
  const whole = roles.find(({ type }) => ORG_WIDE_ROLES.includes(type));
  if (whole) return rule('tier_zero', `${whose} ${named(whole)}, which gives power over the whole org.`);
  const [first] = roles;
  return first
    ? rule('privileged', `${whose} the role ${named(first)}.`)
    : rule('ordinary', 'Nothing makes it critical.');
}

function named({ name, via }: HeldRole): string {
  return via === null ? name : `${name} (through ${via})`;
}

/** Why an app of this kind is a crown jewel in most companies; null for any other node. A proposal, not a level. */
export function suggestionFor({ kind, attributes }: Pick<NodeSummary, 'kind' | 'attributes'>): string | null {
  if (kind !== 'app' || typeof attributes.catalogName !== 'string') return null;
  return CATALOGUE_REASONS.get(attributes.catalogName.toLowerCase()) ?? null;
}
