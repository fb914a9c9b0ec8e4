import type { ClientContext, LogEvent } from '../log/log-event.ts';
import type { App, User } from '../world/model.ts';
import { countsAsMfa } from '../world/world.ts';
import { factorLogName, factorTarget } from './factors.ts';
import { appTarget, appUserTarget, byUser, emit, type Org, userActor, userTarget } from './org.ts';

const BEHAVIORS = ['New Geo-Location', 'New Device', 'New IP', 'New State', 'New Country', 'Velocity', 'New City'];

/** Behaviour detection as real orgs carry it: some as a string, some inside JSON. */
function behaviorData(positive: readonly string[], form: 'text' | 'json'): Record<string, unknown> {
  const verdicts = BEHAVIORS.map((name) => [name, positive.includes(name) ? 'POSITIVE' : 'NEGATIVE'] as const);
  const risk = positive.length > 0 ? 'MEDIUM' : 'LOW';
  if (form === 'text') {
    return {
      behaviors: `{${verdicts.map(([name, verdict]) => `${name}=${verdict}`).join(', ')}}`,
      risk: `{level=${risk}}`,
    };
  }
  const data = { risk: { level: risk }, behaviors: Object.fromEntries(verdicts) };
  return { logOnlySecurityData: JSON.stringify(data) };
}

export interface SignInOptions {
  newDevice?: boolean;
  behaviorForm?: 'text' | 'json';
  client?: ClientContext;
  /** False leaves out the second factor. */
  mfa?: boolean;
}

/** A successful sign-in: second factor, session, `lastLogin`. */
export function signIn(org: Org, user: User, options: SignInOptions = {}): LogEvent {
  const client = options.client ?? user.home;
  const origin = { actor: userActor(user), client };
  const transactionId = org.ids.opaque(27);
  const sessionId = `idx${org.ids.opaque(20)}`;
  const factor = (org.world.factors.get(user.id) ?? []).find((f) => countsAsMfa(f) && f.status === 'ACTIVE');
  if (factor !== undefined && options.mfa !== false) {
    emit(org, origin, {
      type: 'user.authentication.auth_via_mfa',
      targets: [userTarget(user), factorTarget(factor)],
      transactionId,
      sessionId,
      debugData: { factor: factorLogName(factor.factorType), requestUri: '/idp/idx/challenge/answer' },
      provider: { authentication: 'FACTOR_PROVIDER', credential: 'OKTA_CREDENTIAL_PROVIDER', type: 'OTP' },
    });
  }
  const event = emit(org, origin, {
    type: 'user.session.start',
    targets: [
      {
        id: org.world.orgId,
        type: 'AppInstance',
        alternateId: 'Okta Dashboard',
        displayName: 'Okta Dashboard',
        detailEntry: null,
      },
    ],
    transactionId,
    sessionId,
    debugData: {
      requestUri: '/idp/idx/challenge/answer',
      threatSuspected: 'false',
      url: '/idp/idx/challenge/answer?',
      ...behaviorData(options.newDevice ? ['New Device', 'New IP'] : [], options.behaviorForm ?? 'text'),
    },
    provider: { authentication: 'OKTA_AUTHENTICATION_PROVIDER', credential: null, type: 'PASSWORD' },
  });
  user.lastLogin = Math.max(user.lastLogin ?? 0, org.clock.now());
  return event;
}

/** A sign-in that fails on the password. */
export function failSignIn(org: Org, user: User): void {
  emit(org, byUser(user), {
    type: 'user.session.start',
    result: 'FAILURE',
    reason: 'INVALID_CREDENTIALS',
    debugData: { requestUri: '/idp/idx/challenge/answer', ...behaviorData([], 'text') },
  });
}

/** Single sign-on into an app the user has. */
export function sso(org: Org, user: User, app: App): void {
  const appUser = org.world.appUsers.get(app.id)?.get(user.id);
  if (appUser === undefined) return;
  emit(org, byUser(user), {
    type: 'user.authentication.sso',
    targets: [appTarget(app), appUserTarget(appUser, user)],
    debugData: { signOnMode: app.signOnMode, requestUri: `/app/${app.name}/${app.id}/sso` },
  });
}

/**
 * The user refuses a push. Most orgs log it as a failed `auth_via_mfa`; some log `deny_push` too, within the same
 * transaction, and some only that.
 */
export function denyPush(
  org: Org,
  user: User,
  options: { as?: 'mfa' | 'deny' | 'both'; client?: ClientContext; transactionId?: string } = {},
): LogEvent[] {
  const origin = { actor: userActor(user), client: options.client ?? user.home };
  const transactionId = options.transactionId ?? org.ids.opaque(27);
  const as = options.as ?? 'mfa';
  const events: LogEvent[] = [];
  if (as !== 'deny') {
    events.push(
      emit(org, origin, {
        type: 'user.authentication.auth_via_mfa',
        result: 'FAILURE',
        reason: 'INVALID_CREDENTIALS',
        targets: [userTarget(user)],
        transactionId,
        debugData: { factor: 'OKTA_VERIFY_PUSH', requestUri: '/idp/idx/authenticators/poll' },
      }),
    );
  }
  if (as !== 'mfa') {
    events.push(
      emit(org, origin, {
        type: 'user.mfa.okta_verify.deny_push',
        result: 'FAILURE',
        reason: 'User rejected Okta push verify',
        targets: [userTarget(user)],
        transactionId,
        debugData: { factor: 'OKTA_VERIFY_PUSH' },
      }),
    );
  }
  return events;
}
