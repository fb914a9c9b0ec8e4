/** What the API's codes are called on screen. A code that is not here is shown as words of its own. */
const WORDS: Record<string, string> = {
  human: 'Person',
  break_glass: 'Break-glass',
  ai_agent: 'AI agent',
  global_admin: 'Global admin',
  admin: 'Admin',
  none: 'No admin rights',
  event_hook: 'Event Hook',
  eventbridge: 'EventBridge',
  polling: 'Polling',
  hybrid: 'Hybrid',
  tail: 'System Log',
  backfill: 'Backfill',
  accepted_risk: 'Accepted risk',
  false_positive: 'False positive',
  compensating_control: 'Compensating control',
  other: 'Other',
  super_admin: 'Super admin',
  issue_responder: 'Issue responder',
  source_admin: 'Source admin',
  viewer: 'Viewer',
  operator: 'Operator',
  okta: 'Okta',
  ssws: 'API token',
  oauth: 'Service app (OAuth 2.0)',
  HAS_ACCOUNT: 'has account',
  MEMBER_OF: 'member of',
  ASSIGNED_TO: 'assigned to',
  HOLDS_ROLE: 'holds role',
  GRANTS: 'grants',
  tier_zero: 'Tier zero',
  crown_jewel: 'Crown jewel',
  api_token: 'API token',
  OKTA_GROUP: 'Okta group',
  APP_GROUP: 'App group',
  BUILT_IN: 'Built in',
  SAML_2_0: 'SAML 2.0',
  SAML_1_1: 'SAML 1.1',
  OPENID_CONNECT: 'OpenID Connect',
  WS_FEDERATION: 'WS-Federation',
  BROWSER_PLUGIN: 'Password (SWA)',
  SECURE_PASSWORD_STORE: 'Password (SWA)',
  AUTO_LOGIN: 'Password (SWA)',
  BASIC_AUTH: 'Basic auth',
  BOOKMARK: 'Bookmark',
  CUSTOM: 'Custom',
};

/** `some_code`, `someCode` or `SOME_CODE` as "Some code". */
export function words(code: string): string {
  const known = WORDS[code];
  if (known !== undefined) return known;
  const spaced = code
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_\-.]+/g, ' ')
    .trim()
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** `snake_case` codes as words; ids, addresses and whole sentences as they are. */
export function readable(value: string): string {
  return WORDS[value] !== undefined || /^[a-z]+(_[a-z]+)+$/.test(value) ? words(value) : value;
}

const NUMBER = new Intl.NumberFormat('en-US');

export function number(value: number): string {
  return NUMBER.format(value);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** Seconds as people say them: `4 s`, `12 min`, `3 h`, `6 d`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3_600) return `${Math.round(s / 60)} min`;
  if (s < 172_800) return `${Math.round(s / 3_600)} h`;
  if (s < 5_184_000) return `${Math.round(s / 86_400)} d`;
  return s < 63_072_000 ? `${Math.round(s / 2_629_800)} mo` : `${Math.round(s / 31_557_600)} y`;
}
