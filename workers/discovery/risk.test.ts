import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { DAY } from '../platform/clock.ts';
import { managedOf } from './managed.ts';
import { type RiskInput, riskOf } from './risk.ts';
import { meaningOf, WIDE } from './scopes.ts';

const base: RiskInput = {
  managed: 'managed',
  scopes: [],
  users: 3,
  firstSeen: T0 - 100 * DAY,
  createdAt: 0,
  lastSeen: T0,
  usedAt: T0,
  grantedAt: 0,
  catalogName: 'slack',
  owner: 'usr_1',
  review: 'unreviewed',
  reviewedAt: 0,
};
const risk = (more: Partial<RiskInput>) => riskOf({ ...base, ...more }, T0);
const codes = (more: Partial<RiskInput>) => risk(more).reasons.map(({ code }) => code);
const user = (scope: string) => ({ scope, accounts: 1, admin: false });

describe('risk', () => {
  it('is nothing for an assigned app with an owner', () => {
    expect(risk({})).toEqual({ level: 'low', score: 0, reasons: [] });
  });

  it('is high for an app that nobody manages and that reads mail for good', () => {
    const found = risk({
      managed: 'unmanaged',
      scopes: [user('https://mail.google.com/'), user('offline_access'), user('openid')],
      grantedAt: T0 - DAY,
      firstSeen: T0 - DAY,
      catalogName: null,
      owner: null,
    });
    expect(found.level).toBe('high');
    expect(found.reasons.map(({ code, points }) => [code, points])).toEqual([
      ['wide_scopes', 40],
      ['unmanaged', 35],
      ['new', 10],
      ['no_owner', 10],
      ['publisher_unknown', 5],
    ]);
    expect(found.score).toBe(100);
  });

  it('names each reason', () => {
    expect(codes({ users: 10 })).toEqual(['some_users']);
    expect(codes({ users: 50 })).toEqual(['many_users']);
    expect(codes({ owner: null })).toEqual(['no_owner']);
    expect(codes({ managed: 'unmanaged' })).toEqual(['unmanaged']);
    expect(codes({ managed: 'unmanaged', usedAt: 0, users: 0 })).toEqual([]);
    expect(codes({ managed: 'unknown' })).toEqual([]);
    expect(codes({ createdAt: T0 - DAY })).toEqual(['new']);
    expect(codes({ firstSeen: T0 })).toEqual([]);
    expect(codes({ scopes: [{ scope: 'okta.logs.read', accounts: 0, admin: true }], grantedAt: T0 })).toEqual([
      'admin_consent',
    ]);
    expect(codes({ scopes: [user('openid')], grantedAt: T0 - 31 * DAY, usedAt: T0 - 31 * DAY })).toEqual([
      'consent_unused',
    ]);
    expect(codes({ review: 'blocked', reviewedAt: T0 - DAY })).toEqual(['blocked_in_use']);
    expect(codes({ review: 'blocked', reviewedAt: T0 + 1 })).toEqual([]);
    expect(risk({ review: 'approved', managed: 'unmanaged' }).score).toBe(15);
  });

  it.each([
    ['openid', 0],
    ['offline_access', WIDE],
    ['okta.users.manage', 40],
    ['okta.users.read', 10],
    ['https://www.googleapis.com/auth/gmail.readonly', 25],
    ['https://www.googleapis.com/auth/drive', 30],
    ['https://graph.microsoft.com/Mail.ReadWrite', 30],
    ['Files.ReadWrite.All', 30],
    ['RoleManagement.ReadWrite.Directory', 40],
    ['invoices:write', 10],
    ['invoices:read', 4],
    ['something', 4],
  ])('the scope %s weighs %i', (scope, weight) => {
    expect(meaningOf(scope).weight).toBe(weight);
  });
});

describe('managed state', () => {
  const input = {
    app: { status: 'ACTIVE', assigned: true },
    identified: true,
    appsMissing: null,
    assignmentsMissing: null,
    used: true,
    deletedAt: 0,
    lastSeen: T0,
  };
  const reasonOf = (more: Partial<Parameters<typeof managedOf>[0]>) => {
    const { state, reason } = managedOf({ ...input, ...more });
    return `${state} ${reason}`;
  };

  it('says why', () => {
    expect(reasonOf({})).toBe('managed assigned');
    expect(reasonOf({ app: null })).toBe('unmanaged not_in_source');
    expect(reasonOf({ app: null, deletedAt: T0 })).toBe('unmanaged deleted');
    expect(reasonOf({ app: { status: 'ACTIVE', assigned: false } })).toBe('unmanaged no_assignment');
    expect(reasonOf({ app: { status: 'ACTIVE', assigned: false }, used: false })).toBe('managed idle');
  });

  it('does not take for a pass what cannot be read', () => {
    expect(reasonOf({ app: null, appsMissing: undefined })).toBe('unknown never_synced');
    expect(managedOf({ ...input, app: null, appsMissing: 'No scope okta.apps.read.' })).toEqual({
      state: 'unknown',
      reason: 'apps_unreadable',
      detail: 'No scope okta.apps.read.',
    });
    expect(reasonOf({ app: null, identified: false })).toBe('unknown no_provider_id');
    expect(reasonOf({ app: { status: 'ACTIVE', assigned: false }, assignmentsMissing: 'x' })).toBe(
      'unknown assignments_unreadable',
    );
  });
});
