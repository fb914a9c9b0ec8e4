import type { CanonicalEvent } from '../../inbox/event.ts';

/** A push the owner refused: Okta logs it as `deny_push`, as a failed `auth_via_mfa` of the push factor, or as both. */
export function isPushDenied(event: CanonicalEvent): boolean {
  if (event.type === 'user.mfa.okta_verify.deny_push') return true;
  if (event.type !== 'user.authentication.auth_via_mfa') return false;
  const result = event.outcome?.result;
  return (result === 'FAILURE' || result === 'DENY') && fieldOf(event.body.debugData, 'factor') === 'OKTA_VERIFY_PUSH';
}

/** A successful sign-in that Okta's behaviour detection calls one from a new device. */
export function isNewDevice(event: CanonicalEvent): boolean {
  if (event.type !== 'user.session.start') return false;
  const { debugData, securityContext } = event.body;
  if (typeof debugData === 'string') return NEW_DEVICE.test(debugData);
  return (
    saysNewDevice(fieldOf(debugData, 'behaviors')) ||
    saysNewDevice(fieldOf(parsed(fieldOf(debugData, 'logOnlySecurityData')), 'behaviors')) ||
    saysNewDevice(fieldOf(securityContext, 'userBehaviors'))
  );
}

const NEW_DEVICE = /\bNew Device"?\s*[=:]\s*"?POSITIVE\b/i;

/**
 * The forms in which behaviours were seen: the text `{New Device=POSITIVE, …}`, a list of such pairs, an object with
 * the pairs as keys, an object name → verdict, and a list of `{name, result}` (`securityContext.userBehaviors`).
 */
function saysNewDevice(behaviors: unknown): boolean {
  if (typeof behaviors === 'string') return NEW_DEVICE.test(behaviors);
  if (Array.isArray(behaviors)) {
    return behaviors.some((one) =>
      typeof one === 'string'
        ? NEW_DEVICE.test(one)
        : isNamed(fieldOf(one, 'name')) && isPositive(fieldOf(one, 'result')),
    );
  }
  if (typeof behaviors !== 'object' || behaviors === null) return false;
  return Object.entries(behaviors).some(
    ([key, verdict]) => NEW_DEVICE.test(key) || (isNamed(key) && isPositive(verdict)),
  );
}

function isNamed(name: unknown): boolean {
  return typeof name === 'string' && name.trim().toLowerCase() === 'new device';
}

function isPositive(verdict: unknown): boolean {
  return typeof verdict === 'string' && verdict.toUpperCase() === 'POSITIVE';
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
