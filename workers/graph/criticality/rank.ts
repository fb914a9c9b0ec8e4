import { CRITICALITY_LEVELS, type CriticalityLevel } from '../../criticality/levels.ts';
import { ORG_WIDE_ROLES } from '../../criticality/rule.ts';
import { literal } from '../lens.ts';

const ORG_WIDE = ORG_WIDE_ROLES.map(literal).join(', ');

const HOLDS = (node: string, which = '') => `EXISTS (
  SELECT 1 FROM edge h CROSS JOIN node r ON r.id = h.to_id ${which}
  WHERE h.from_id = ${node}.id AND h.kind = 'HOLDS_ROLE')`;

/** SQL: the place of a level's worth, 0 the worst. `readLevels` says the same in words; a test holds them together. */
export function criticalityRank(node: string): string {
  const said = `(SELECT s.level FROM said s WHERE s.node_id = ${node}.id ORDER BY s.said_by = 'person' DESC LIMIT 1)`;
  return `CASE
    WHEN ${node}.kind = 'role' AND ${node}.native_id IN (${ORG_WIDE}) THEN 0
    WHEN ${HOLDS(node, `AND r.native_id IN (${ORG_WIDE})`)} THEN 0
    ELSE coalesce(
      CASE ${said} WHEN 'crown_jewel' THEN 1 WHEN 'privileged' THEN 2 WHEN 'ordinary' THEN 3 END,
      CASE WHEN ${node}.kind = 'role' OR ${HOLDS(node)} THEN 2 ELSE 3 END)
  END`;
}

export function rankOf(level: CriticalityLevel): number {
  return CRITICALITY_LEVELS.indexOf(level);
}
