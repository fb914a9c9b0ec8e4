/** How bad it is when somebody takes this over, the worst first. */
export const CRITICALITY_LEVELS = ['tier_zero', 'crown_jewel', 'privileged', 'ordinary'] as const;
export type CriticalityLevel = (typeof CRITICALITY_LEVELS)[number];

/** What people may say. Tier zero follows from what a thing can do, and is told by rule alone. */
export const LEVELS_BY_HAND = ['crown_jewel', 'privileged', 'ordinary'] as const;
export type LevelByHand = (typeof LEVELS_BY_HAND)[number];

export interface Criticality {
  level: CriticalityLevel;
  source: 'rule' | 'person';
  reason: string;
}
