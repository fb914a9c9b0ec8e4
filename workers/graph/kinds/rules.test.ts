import { describe, expect, it } from 'vitest';
import { T0 } from '../../../test/deps.ts';
import { DAY } from '../../platform/clock.ts';
import type { AccountAttributes } from '../model.ts';
import { account } from '../testing/fixtures.ts';
import { type KindInput, kindOf, OLD_PASSWORD } from './rules.ts';

function kind(more: Partial<AccountAttributes> = {}, input: Partial<KindInput> = {}) {
  const attributes = { ...(account('x').attributes as unknown as AccountAttributes), login: 'x@acme.test', ...more };
  return kindOf(
    { name: 'Ada Lovelace', attributes, factors: { known: true, factors: [] }, marked: false, ...input },
    T0,
  );
}

describe('the kind of an identity', () => {
  it.each([
    ['svc-backup@acme.test', 'service_account'],
    ['backup-svc@acme.test', 'service_account'],
    ['Service.Jenkins@acme.test', 'service_account'],
    ['sa-etl@acme.test', 'service_account'],
    ['deploy_bot2@acme.test', 'service_account'],
    ['no-reply@acme.test', 'service_account'],
    ['breakglass1@acme.test', 'break_glass'],
    ['admin.break-glass@acme.test', 'break_glass'],
    ['emergency-admin@acme.test', 'break_glass'],
    ['sales-ai-agent@acme.test', 'ai_agent'],
    ['info@acme.test', 'shared'],
    ['team-blue@acme.test', 'shared'],
    ['helpdesk@acme.test', 'shared'],
  ])('%s is told by its name: %s', (login, expected) => {
    const found = kind({ login });
    expect(found.kind).toBe(expected);
    expect(found.reasons).toHaveLength(1);
  });

  it.each([
    'ada.lovelace@acme.test',
    'sa.lopez@acme.test',
    'app.leton@acme.test',
    'robert@acme.test',
    'boto@acme.test',
    'services.team.lead@acme.test',
    'ai@acme.test',
    'teamer@acme.test',
    'labella@acme.test',
    'itzhak@acme.test',
    'gptaylor@acme.test',
    '李雷@acme.test',
    '',
  ])('%s is a person', (login) => {
    expect(kind({ login })).toEqual({ kind: 'human', reasons: [] });
  });

  it('is what the source or the user type says, before any name', () => {
    expect(kind({ userType: 'Service Account' }).kind).toBe('service_account');
    expect(kind({ userType: 'AI agent', login: 'svc-x@acme.test' }).kind).toBe('ai_agent');
    expect(kind({ userType: 'Shared mailbox' }).kind).toBe('shared');
    expect(kind({ userType: 'Break-glass' }).kind).toBe('break_glass');
    expect(kind({ userType: 'Employee' }).kind).toBe('human');
    expect(kind({ userType: 'Break-glass' }, { marked: true }).kind).toBe('service_account');
  });

  it('is a service account for what it lacks only when it lacks everything', () => {
    const bare = { hasPassword: true, passwordChanged: T0 - OLD_PASSWORD - DAY };
    expect(kind(bare, { name: 'jenkins' }).kind).toBe('service_account');
    expect(kind(bare, { name: 'jenkins' }).reasons).toHaveLength(4);
    for (const more of [
      { managerId: 'm' },
      { title: 't' },
      { department: 'd' },
      { passwordChanged: T0 - DAY },
      { stub: true },
    ]) {
      expect(kind({ ...bare, ...more }, { name: 'jenkins' }).kind).toBe('human');
    }
    expect(kind(bare, { name: 'Jen Kins' }).kind).toBe('human');
    expect(kind(bare, { name: 'jenkins', factors: { known: false, reason: 'r' } }).kind).toBe('human');
  });
});
