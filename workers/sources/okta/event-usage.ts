/** What an event type is good for: a part of the graph that it brings up to date, or a detection that looks at it. */
export interface EventUse {
  kind: 'graph' | 'detection';
  /** In words for the graph, the id for a detection. */
  name: string;
}

interface Rule {
  pattern: RegExp;
  graph: string[];
  detections: string[];
}

const rule = (pattern: RegExp, graph: string[], detections: string[] = []): Rule => ({ pattern, graph, detections });

const NO_MFA = ['no-mfa-global-admin', 'no-mfa-admin', 'no-mfa-account'];
const ROLE_HOLDERS = ['no-mfa-global-admin', 'no-mfa-admin', 'unused-admin', 'old-password-admin'];

/** What `event-effects.ts` does, by type. Every rule that matches counts; a test holds the two together. */
const RULES: readonly Rule[] = [
  rule(/^user\.session\.start$/, ['last sign-in'], ['unused-admin', 'unused-account', 'mfa-reset-new-device']),
  rule(/^user\.(authentication\.auth_via_mfa|mfa\.okta_verify\.deny_push)$/, [], ['push-fatigue']),
  rule(/^user\.mfa\.factor\./, ['factors'], [...NO_MFA, 'pending-mfa']),
  rule(/^user\.mfa\.factor\.(reset_all|deactivate)$/, [], ['mfa-reset-new-device']),
  rule(/^user\.account\.privilege\.(grant|revoke)$/, ['admin roles'], ['admin-role-granted', ...ROLE_HOLDERS]),
  rule(/^user\.account\.update_password$/, ['accounts'], ['old-password-admin']),
  rule(/^user\.lifecycle\.(?!delete\.completed)/, ['accounts'], ['leaver-live-accounts']),
  rule(/^user\.lifecycle\.delete\.completed$/, ['accounts']),
  rule(
    /^user\.account\.(lock|unlock|unlock_by_admin|unlock_token|expire_password|reset_password|update_profile|update_primary_email|update_secondary_email|update_user_type)$/,
    ['accounts'],
  ),
  rule(/^group\.user_membership\./, ['group memberships']),
  rule(/^application\.user_membership\./, ['app assignments'], ['leaver-live-accounts']),
  rule(/^group\.application_assignment\./, ['app assignments'], ['leaver-live-accounts']),
  rule(/^group\.(lifecycle\.|profile\.update$)/, ['groups']),
  rule(/^group\.privilege\./, ['admin roles'], ROLE_HOLDERS),
  rule(/^(application|app)\.lifecycle\./, ['apps']),
  rule(/^system\.api_token\.(create|revoke)$/, [], ['api-token-admin']),
];

/** What events of this type change at once. Empty for types that are kept as evidence only. */
export function usesOf(type: string): EventUse[] {
  const matching = RULES.filter(({ pattern }) => pattern.test(type));
  const graph = new Set(matching.flatMap((one) => one.graph));
  const detections = new Set(matching.flatMap((one) => one.detections));
  return [
    ...[...graph].map((name) => ({ kind: 'graph' as const, name })),
    ...[...detections].map((name) => ({ kind: 'detection' as const, name })),
  ];
}
