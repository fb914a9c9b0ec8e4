import type { Channel } from '../../inbox/event.ts';
import { AGENT_CHANGES, RULE_CHANGES } from './event-inventory.ts';

/**
 * The System Log event types that Postern keeps, as exact names or as `prefix.*`. Everything else is acknowledged,
 * counted and ignored. What push accepts follows Okta's list of hook-eligible types; the log also carries types that no
 * Event Hook delivers.
 */
const EVERY_CHANNEL = [
  // discovery: who signs on where, and what was consented to
  'user.authentication.sso',
  'app.oauth2.as.consent.grant',
  'app.oauth2.as.consent.revoke',
  'app.oauth2.as.consent.revoke.*',
  // the state of accounts, groups, apps and their edges
  'application.user_membership.add',
  'application.user_membership.remove',
  'application.user_membership.update',
  'group.user_membership.add',
  'group.user_membership.remove',
  'group.user_membership.update',
  'group.application_assignment.*',
  'group.lifecycle.*',
  'group.profile.update',
  'application.lifecycle.*',
  'app.lifecycle.*',
  'user.lifecycle.*',
  'user.account.*',
  // privilege: user.account.privilege.* is among user.account.*
  'group.privilege.*',
  'system.api_token.*',
  // factors and sign-ins
  'user.mfa.factor.*',
  'user.mfa.okta_verify.deny_push',
  'user.authentication.auth_via_mfa',
  'user.session.start',
  'user.session.clear',
];

/** Types that only the log (tail, backfill) and EventBridge are asked for. */
const LOG_CHANNELS = [
  'app.oauth2.signon',
  // consent at the org's own authorization server, by people and by administrators; the catalogue has no revocation
  // by people there, and marks none of the three as eligible for Event Hooks (okta.com event types, tag oauth2-org-as)
  'app.oauth2.consent.grant',
  'app.oauth2.admin.consent.grant',
  'app.oauth2.admin.consent.revoke',
  'app.oauth2.client.lifecycle.*',
  'app.oauth2.client.privilege.*',
  'app.oauth2.credentials.lifecycle.*',
  'application.user_membership.*',
  'device.assurance.*',
  'device.lifecycle.*',
  'device.user.*',
  'event_hook.*',
  'iam.*',
  'policy.lifecycle.*',
  'policy.rule.*',
  'resource.entitlement.*',
  'resource.entitlement_bundle.*',
  'resource.label.*',
  'resource.user_entitlements.*',
  'security.*',
  'system.feature.*',
  'system.idp.lifecycle.*',
  'system.log_stream.lifecycle.*',
  'user.mfa.*',
  'user.risk.*',
  'user.session.access_admin_app',
  'user.session.impersonation.*',
  'workload_principal.*',
  'zone.*',
  ...RULE_CHANGES,
  ...AGENT_CHANGES,
];

interface Table {
  exact: ReadonlySet<string>;
  prefixes: readonly string[];
}

function table(patterns: readonly string[]): Table {
  return {
    exact: new Set(patterns.filter((pattern) => !pattern.endsWith('.*'))),
    prefixes: patterns.filter((pattern) => pattern.endsWith('.*')).map((pattern) => pattern.slice(0, -1)),
  };
}

const HOOK = table(EVERY_CHANNEL);
const LOG = table([...EVERY_CHANNEL, ...LOG_CHANNELS]);

const ACCEPTED: Record<Channel, Table> = { event_hook: HOOK, eventbridge: LOG, tail: LOG, backfill: LOG };

/** Every name and `prefix.*` of the table: what the log may bring, which includes all that push accepts. */
export const ACCEPTED_PATTERNS: readonly string[] = [...new Set([...EVERY_CHANNEL, ...LOG_CHANNELS])];

/** Whether an event of this type, come by this channel, is kept. */
export function isAccepted(type: string, channel: Channel): boolean {
  const { exact, prefixes } = ACCEPTED[channel];
  return exact.has(type) || prefixes.some((prefix) => type.startsWith(prefix) && type.length > prefix.length);
}
