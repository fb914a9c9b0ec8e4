/** How bad it is when somebody takes this over, the worst first. */
export const CRITICALITY_LEVELS = ['tier_zero', 'crown_jewel', 'privileged', 'ordinary'] as const;
export type CriticalityLevel = (typeof CRITICALITY_LEVELS)[number];

/** What people may say. Tier zero follows from what a thing can do, and is told by rule alone. */
export const LEVELS_BY_HAND = ['crown_jewel', 'privileged', 'ordinary'] as const;
export type LevelByHand = (typeof LEVELS_BY_HAND)[number];

/** Who says so: what it can do, a label of its source, or a person here. */
export const CRITICALITY_SOURCES = ['rule', 'label', 'person'] as const;
export type CriticalitySource = (typeof CRITICALITY_SOURCES)[number];

export interface Criticality {
  level: CriticalityLevel;
  source: CriticalitySource;
  reason: string;
}

/** What holds of all that is said: tier zero by rule, then a person, then a label, then the rest of the rule. */
export function settled(rule: Criticality, said: readonly Criticality[]): Criticality {
  if (rule.level === 'tier_zero') return rule;
  return said.find(({ source }) => source === 'person') ?? said.find(({ source }) => source === 'label') ?? rule;
}

/** The worst first. */
export function compareLevels(a: CriticalityLevel, b: CriticalityLevel): number {
  return CRITICALITY_LEVELS.indexOf(a) - CRITICALITY_LEVELS.indexOf(b);
}
