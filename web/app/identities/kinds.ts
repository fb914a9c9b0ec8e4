export const IDENTITY_KINDS = ['human', 'service_account', 'shared', 'break_glass', 'ai_agent'] as const;

/** Leaves it to the rules what an identity is. */
export const BY_RULES = 'by_rules';
export const KIND_CHOICES = [BY_RULES, ...IDENTITY_KINDS] as const;
