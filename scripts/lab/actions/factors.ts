import type { LogTarget } from '../log/log-event.ts';
import type { Factor, User } from '../world/model.ts';
import { emit, type Org, type Origin, userTarget } from './org.ts';

/** How a factor type looks in the API and how the System Log names it. */
interface FactorKind {
  prefix: string;
  provider: string;
  logName: string;
  label: string;
}

const KINDS: Readonly<Record<string, FactorKind>> = {
  push: { prefix: 'opf', provider: 'OKTA', logName: 'OKTA_VERIFY_PUSH', label: 'Okta Verify' },
  signed_nonce: { prefix: 'pfd', provider: 'OKTA', logName: 'SIGNED_NONCE', label: 'Okta Verify' },
  'token:software:totp': { prefix: 'ost', provider: 'OKTA', logName: 'OKTA_SOFT_TOKEN', label: 'Okta Verify' },
  'token:hardware': { prefix: 'ykf', provider: 'YUBICO', logName: 'YUBIKEY_TOKEN', label: 'YubiKey Authenticator' },
  webauthn: { prefix: 'fwf', provider: 'FIDO', logName: 'FIDO_WEBAUTHN', label: 'Security Key or Biometric' },
  sms: { prefix: 'sms', provider: 'OKTA', logName: 'SMS_FACTOR', label: 'Phone' },
  call: { prefix: 'clf', provider: 'OKTA', logName: 'CALL_FACTOR', label: 'Phone' },
  email: { prefix: 'emf', provider: 'OKTA', logName: 'EMAIL_FACTOR', label: 'Email' },
  question: { prefix: 'ufs', provider: 'OKTA', logName: 'SECURITY_QUESTION', label: 'Security Question' },
};

function kindOf(factorType: string): FactorKind {
  const kind = KINDS[factorType];
  if (kind === undefined) throw new Error(`the lab does not know the factor type ${factorType}`);
  return kind;
}

function profileOf(org: Org, factorType: string, user: User): Record<string, unknown> {
  if (factorType === 'push') {
    const ios = org.rng.chance(0.6);
    return {
      credentialId: user.profile.login,
      deviceType: ios ? 'SmartPhone_IPhone' : 'SmartPhone_Android',
      keys: [],
      name: ios ? 'iPhone' : 'Pixel',
      platform: ios ? 'IOS' : 'ANDROID',
      version: ios ? '18.5' : '15',
    };
  }
  if (factorType === 'sms' || factorType === 'call') return { phoneNumber: `+1555${org.rng.int(1000000, 9999999)}` };
  if (factorType === 'email') return { email: user.profile.email };
  if (factorType === 'webauthn') return { credentialId: org.ids.opaque(43), authenticatorName: 'Passkey' };
  if (factorType === 'question') {
    return { question: 'disliked_food', questionText: 'What is the food you least liked as a child?' };
  }
  return { credentialId: user.profile.login };
}

/** Adds a factor without telling the log. */
export function addFactor(org: Org, user: User, factorType: string, status: Factor['status'] = 'ACTIVE'): Factor {
  const kind = kindOf(factorType);
  const now = org.clock.now();
  const factor: Factor = {
    id: org.ids.next(kind.prefix),
    factorType,
    provider: kind.provider,
    vendorName: kind.provider,
    status,
    created: now,
    lastUpdated: now,
    profile: profileOf(org, factorType, user),
  };
  org.world.factors.set(user.id, [...(org.world.factors.get(user.id) ?? []), factor]);
  return factor;
}

export function factorTarget(factor: Factor): LogTarget {
  const kind = kindOf(factor.factorType);
  return {
    id: factor.id,
    type: 'AuthenticatorEnrollment',
    alternateId: 'unknown',
    displayName: kind.label,
    detailEntry: { methodTypeUsed: kind.label },
  };
}

/** The name that `debugContext.debugData.factor` carries. */
export function factorLogName(factorType: string): string {
  return kindOf(factorType).logName;
}

/** A user enrols a factor and activates it at once. */
export function enrolFactor(org: Org, origin: Origin, user: User, factorType: string): Factor {
  const factor = addFactor(org, user, factorType);
  announceFactor(org, origin, user, factor);
  return factor;
}

/** The log entry of an enrolment. */
export function announceFactor(org: Org, origin: Origin, user: User, factor: Factor): void {
  const name = factorLogName(factor.factorType);
  emit(org, origin, {
    type: 'user.mfa.factor.activate',
    reason: `User set up ${name} factor`,
    targets: [userTarget(user), factorTarget(factor)],
    debugData: { factor: name },
  });
}

export function removeFactor(org: Org, origin: Origin, user: User, factor: Factor): void {
  const name = factorLogName(factor.factorType);
  const left = (org.world.factors.get(user.id) ?? []).filter(({ id }) => id !== factor.id);
  org.world.factors.set(user.id, left);
  emit(org, origin, {
    type: 'user.mfa.factor.deactivate',
    reason: `User reset ${name} factor`,
    targets: [userTarget(user), factorTarget(factor)],
    debugData: { factor: name },
  });
}

export function resetFactors(org: Org, origin: Origin, user: User): void {
  org.world.factors.set(user.id, []);
  emit(org, origin, { type: 'user.mfa.factor.reset_all', targets: [userTarget(user)] });
}

const OKTA_VERIFY: readonly string[] = ['push', 'signed_nonce'];

/** Removes a factor as the API does: push and FastPass of Okta Verify are one enrolment and go together. */
export function removeEnrolment(org: Org, origin: Origin, user: User, factor: Factor): void {
  removeFactor(org, origin, user, factor);
  if (!OKTA_VERIFY.includes(factor.factorType) || factor.provider !== 'OKTA') return;
  const left = (org.world.factors.get(user.id) ?? []).filter(
    (one) => one.provider !== 'OKTA' || !OKTA_VERIFY.includes(one.factorType),
  );
  org.world.factors.set(user.id, left);
}
