export const DISMISS_REASONS = ['accepted_risk', 'false_positive', 'compensating_control', 'other'] as const;
