import { T0 } from '../../../test/deps.ts';
import type { AccountAttributes, Factor } from '../../graph/model.ts';
import type { Signal, SignalKind } from '../../graph/signal.ts';
import { DAY } from '../../platform/clock.ts';
import { tierOf } from '../tier.ts';
import type { AccountView, AppAssignment, RoleHolding, Verdict } from '../types.ts';

/** Views for tests. `NOW` is the time of evaluation. */
export const NOW = T0;
export const daysAgo = (days: number) => NOW - days * DAY;

export const SUPER_ADMIN: RoleHolding = {
  roleId: 'rol_1',
  type: 'SUPER_ADMIN',
  name: 'Super Administrator',
  via: null,
};
export const HELP_DESK: RoleHolding = {
  roleId: 'rol_2',
  type: 'HELP_DESK_ADMIN',
  name: 'Help Desk Administrator',
  via: { id: 'grp_1', name: 'Service desk' },
};

export function factor(type: string, status = 'ACTIVE'): Factor {
  return { id: `fac_${type}_${status}`, type, provider: 'OKTA', status };
}

export function signal(kind: SignalKind, at: number, ref: string | null = null, eventId?: string): Signal {
  return { accountId: 'acc_1', kind, at, ref, eventId: eventId ?? `evt_${kind}_${at}_${ref}` };
}

export function assignment(more: Partial<AppAssignment> = {}): AppAssignment {
  return {
    appId: 'app_1',
    appNativeId: '0oa1',
    appName: 'Salesforce',
    appStatus: 'ACTIVE',
    signOnMode: 'SAML_2_0',
    status: 'ACTIVE',
    scope: 'USER',
    externalId: null,
    userName: 'ada@acme.test',
    ...more,
  };
}

type Overrides = Partial<Omit<AccountView, 'attributes' | 'tier' | 'factors'>> & {
  attributes?: Partial<AccountAttributes>;
  factors?: Factor[] | string;
};

/** A healthy account: an active person without admin roles, one push factor, signed in yesterday. */
export function view(overrides: Overrides = {}): AccountView {
  const { attributes, factors = [factor('push')], roles = [], ...rest } = overrides;
  return {
    accountId: 'acc_1',
    identityId: 'idn_1',
    sourceId: 'src_1',
    nativeId: '00u1',
    name: 'Ada Lovelace',
    attributes: {
      status: 'ACTIVE',
      login: 'ada@acme.test',
      email: 'ada@acme.test',
      created: daysAgo(400),
      activated: daysAgo(400),
      statusChanged: daysAgo(400),
      lastLogin: daysAgo(1),
      passwordChanged: daysAgo(20),
      hasPassword: true,
      provider: 'OKTA',
      department: null,
      title: null,
      managerId: null,
      userType: null,
      employeeNumber: null,
      ...attributes,
    },
    roles,
    tier: tierOf(roles),
    factors: typeof factors === 'string' ? { known: false, reason: factors } : { known: true, factors },
    assignments: [],
    groupCount: 0,
    signals: [],
    missing: {},
    ...rest,
  };
}

/** The part of a verdict that a table of cases compares: `pass`, `unknown`, or the title of the fail. */
export function outcome(verdict: Verdict): string {
  return verdict.status === 'fail' ? verdict.title : verdict.status;
}
