import { DAY, type Millis } from '../../platform/clock.ts';
import type { AccountAttributes, FactorState } from '../model.ts';

/** What an identity is. An account is a person's unless something speaks for another kind. */
export const IDENTITY_KINDS = ['human', 'service_account', 'shared', 'break_glass', 'ai_agent'] as const;
export type IdentityKind = (typeof IDENTITY_KINDS)[number];

/** A kind and why: sentences for people. */
export interface FoundKind {
  kind: IdentityKind;
  reasons: string[];
}

export interface KindInput {
  name: string;
  attributes: AccountAttributes;
  factors: FactorState;
  /** Whether the source itself lists the account as a service account. */
  marked: boolean;
}

/** A password this old is rotated by nobody. */
export const OLD_PASSWORD: Millis = 365 * DAY;

/** Words of the profile's user type, in the order in which they count. */
const TYPES: [IdentityKind, RegExp][] = [
  ['break_glass', /break.?glass|emergency/],
  ['ai_agent', /\bai\b|\bagentic\b|\bai.?agent/],
  ['service_account', /\bservice|\bsvc\b|\brobot|\bbot\b|machine|non.?human|system|daemon|automation|\bintegration/],
  ['shared', /shared|generic|functional|mailbox|kiosk/],
];

/** What the part of a login before the @ looks like. Parts are set off, so that names of people do not match. */
const LOGINS: [IdentityKind, RegExp][] = [
  ['break_glass', /(^|[-_.])(break[-_.]?glass|emergency|fire[-_.]?call)([-_.\d]|$)/],
  ['ai_agent', /(^|[-_.])(ai[-_.]?(agent|bot|assistant)|copilot|llm|gpt)([-_.\d]|$)/],
  [
    'service_account',
    /^(svc|srv|service|bot|robot|automation|daemon|integration|no-?reply)([-_.\d]|$)|^(sa|app|api)[-_]/,
  ],
  ['service_account', /[-_.](svc|service|serviceaccount|bot|robot|automation|integration)\d*$/],
  ['shared', /^(shared|team|group|generic|kiosk|training|room|lab)[-_.]/],
  [
    'shared',
    /^(info|support|help-?desk|service-?desk|sales|office|reception|front-?desk|billing|marketing|contact|admin|administrator|hr|it|security)$/,
  ],
];

/**
 * Tells what an account is from what its source says of it: first what is said outright, then how it is named, then
 * what it lacks, which decides only all together. The same input gives the same answer, but for the password's age.
 */
export function kindOf(input: KindInput, now: Millis): FoundKind {
  if (input.marked) return { kind: 'service_account', reasons: ['The source lists it as a service account'] };
  const { attributes } = input;
  const type = attributes.userType?.toLowerCase() ?? '';
  for (const [kind, pattern] of TYPES) {
    if (pattern.test(type)) return { kind, reasons: [`Its user type is “${attributes.userType}”`] };
  }
  const login = (attributes.login ?? attributes.email ?? '').toLowerCase();
  const local = login.split('@', 1)[0] ?? '';
  for (const [kind, pattern] of LOGINS) {
    if (pattern.test(local)) return { kind, reasons: [`It is named like one: “${local}”`] };
  }
  const signs = lacking(input, now);
  return signs ? { kind: 'service_account', reasons: signs } : { kind: 'human', reasons: [] };
}

/** A name that is no person's, nobody responsible, and nobody who signs in with care. Null unless all hold. */
function lacking({ name, attributes, factors }: KindInput, now: Millis): string[] | null {
  const { managerId, title, department, employeeNumber, passwordChanged, hasPassword } = attributes;
  if (attributes.stub || /\s/.test(name.trim()) || managerId || title || department || employeeNumber) return null;
  const old = hasPassword && passwordChanged !== null && now - passwordChanged > OLD_PASSWORD;
  const bare = factors.known && !factors.factors.some(({ status }) => status === 'ACTIVE');
  if (!old || !bare) return null;
  return [
    'Its name is not that of a person',
    'It has no manager, title, department or employee number',
    'It has no second factor',
    'Its password is older than a year',
  ];
}
