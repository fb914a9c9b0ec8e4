import { describe, expect, it } from 'vitest';
import { T0 } from '../../../test/deps.ts';
import { nodeId } from '../../graph/model.ts';
import type { GraphChange } from '../../graph/writes.ts';
import { HOUR, iso, MINUTE } from '../../platform/clock.ts';
import { isAccepted } from './accepted-events.ts';
import { effectsOf } from './event-effects.ts';
import { toCanonicalEvent } from './log-event.ts';

const SRC = 'src_a';
const account = (id: string) => nodeId('account', SRC, id);
const group = (id: string) => nodeId('group', SRC, id);
const app = (id: string) => nodeId('app', SRC, id);

const ada = { id: '00uada', type: 'User', displayName: 'Ada', alternateId: 'ada@acme.test' };
const bob = { id: '00ubob', type: 'User', displayName: 'Bob', alternateId: 'bob@acme.test' };
const staff = { id: '00gstaff', type: 'UserGroup', displayName: 'Staff' };
const crm = { id: '0oacrm', type: 'AppInstance', displayName: 'CRM' };

let n = 0;
function event(eventType: string, more: Record<string, unknown> = {}, at = T0) {
  const raw = { uuid: `u${++n}`, eventType, published: iso(at), actor: bob, outcome: { result: 'SUCCESS' }, ...more };
  const read = toCanonicalEvent('tnt_a', SRC, raw, T0);
  if ('bad' in read) throw new Error(read.bad.detail);
  return read.ok;
}

const effects = (...events: ReturnType<typeof event>[]) => effectsOf({ tenantId: 'tnt_a', sourceId: SRC, events });
const ops = (changes: GraphChange[], op: GraphChange['op']) => changes.filter((change) => change.op === op);
const nothing = { delta: { changes: [], signals: [] }, refresh: { users: [], groups: [], apps: [] } };

describe('memberships and assignments', () => {
  it('an added member is an edge at once, with stubs for what is not known yet', () => {
    const added = event('group.user_membership.add', { target: [ada, staff] });
    const { delta, refresh } = effects(added);
    expect(delta.changes).toContainEqual({
      op: 'upsertEdge',
      edge: { from: account('00uada'), to: group('00gstaff'), kind: 'MEMBER_OF', attributes: {} },
      at: T0,
      by: { kind: 'event', id: added.id },
    });
    const nodes = ops(delta.changes, 'ensureNode').flatMap((c) => (c.op === 'ensureNode' ? [c.node] : []));
    expect(nodes.map((node) => [node.kind, node.name])).toEqual([
      ['group', 'Staff'],
      ['identity', 'Ada'],
      ['account', 'Ada'],
    ]);
    expect(nodes[1]?.attributes).toEqual({ accountId: account('00uada') });
    expect(nodes[2]?.attributes).toMatchObject({ stub: true, login: 'ada@acme.test' });
    expect(refresh).toEqual({ users: ['00uada'], groups: [], apps: [] });
  });

  it('a removed member is a removed edge', () => {
    const { delta } = effects(event('group.user_membership.remove', { target: [ada, staff] }));
    expect(delta.changes).toMatchObject([
      { op: 'removeEdge', from: account('00uada'), to: group('00gstaff'), kind: 'MEMBER_OF' },
    ]);
  });

  it('an assignment carries the name of the account in the app', () => {
    const appUser = { id: '0ua1', type: 'AppUser', alternateId: 'ada.l', displayName: 'Ada' };
    const { delta, refresh } = effects(event('application.user_membership.add', { target: [appUser, crm, ada] }));
    expect(ops(delta.changes, 'upsertEdge')).toContainEqual(
      expect.objectContaining({
        edge: {
          from: account('00uada'),
          to: app('0oacrm'),
          kind: 'ASSIGNED_TO',
          attributes: { status: 'ACTIVE', scope: 'USER', externalId: null, userName: 'ada.l' },
        },
      }),
    );
    expect(refresh.users).toEqual(['00uada']);
    const gone = effects(event('application.user_membership.remove', { target: [appUser, crm, ada] }));
    expect(gone.delta.changes).toMatchObject([{ op: 'removeEdge', to: app('0oacrm'), kind: 'ASSIGNED_TO' }]);
    const updated = effects(event('application.user_membership.update', { target: [appUser, crm, ada] }));
    expect(updated.delta.changes).toEqual([]);
    expect(updated.refresh.users).toEqual(['00uada']);
  });

  it('an app of a group', () => {
    const { delta } = effects(event('group.application_assignment.add', { target: [crm, staff] }));
    expect(ops(delta.changes, 'upsertEdge')).toMatchObject([{ edge: { from: group('00gstaff'), to: app('0oacrm') } }]);
    const gone = effects(event('group.application_assignment.remove', { target: [crm, staff] }));
    expect(gone.delta.changes).toMatchObject([{ op: 'removeEdge', from: group('00gstaff'), to: app('0oacrm') }]);
  });

  it('a burst asks for each user once', () => {
    const groups = Array.from({ length: 50 }, (_, i) => ({ id: `g${i}`, type: 'UserGroup' }));
    const { delta, refresh } = effects(...groups.map((g) => event('group.user_membership.add', { target: [ada, g] })));
    expect(refresh.users).toEqual(['00uada']);
    expect(ops(delta.changes, 'upsertEdge')).toHaveLength(51);
  });
});

describe('accounts', () => {
  it.each([
    ['user.lifecycle.activate', 'ACTIVE'],
    ['user.lifecycle.deactivate', 'DEPROVISIONED'],
    ['user.lifecycle.suspend', 'SUSPENDED'],
    ['user.lifecycle.unsuspend', 'ACTIVE'],
    ['user.account.lock', 'LOCKED_OUT'],
    ['user.account.unlock', 'ACTIVE'],
    ['user.account.unlock_by_admin', 'ACTIVE'],
  ])('%s leaves %s', (type, status) => {
    const { delta, refresh } = effects(event(type, { target: [ada] }));
    expect(ops(delta.changes, 'patchAccount')).toMatchObject([
      { accountId: account('00uada'), patch: { status, statusChanged: T0 } },
    ]);
    expect(refresh.users).toEqual(['00uada']);
  });

  it('a created user is a staged stub until it is read', () => {
    const { delta } = effects(event('user.lifecycle.create', { target: [ada] }));
    expect(ops(delta.changes, 'patchAccount')).toEqual([]);
    expect(ops(delta.changes, 'ensureNode')[1]).toMatchObject({
      node: { attributes: { status: 'STAGED', stub: true } },
    });
  });

  it('a deleted user is gone, and comes back when a later event names it', () => {
    const deleted = event('user.lifecycle.delete.completed', { target: [ada] }, T0 - MINUTE);
    expect(effects(deleted).delta.changes).toMatchObject([
      { op: 'removeNode', nodeId: account('00uada') },
      { op: 'removeNode', nodeId: nodeId('identity', SRC, '00uada') },
    ]);
    const before = event('user.account.update_profile', { target: [ada] }, T0 - 2 * MINUTE);
    const after = event('user.account.update_profile', { target: [ada] });
    expect(ops(effects(after, deleted, before).delta.changes, 'ensureNode')).toHaveLength(4);
  });

  it('a new password', () => {
    const { delta } = effects(event('user.account.update_password', { target: [ada] }));
    expect(ops(delta.changes, 'patchAccount')).toMatchObject([{ patch: { passwordChanged: T0 } }]);
  });

  it('what users do alone names them as actor', () => {
    const { refresh } = effects(event('user.account.update_password', { actor: ada, target: [] }));
    expect(refresh.users).toEqual(['00uada']);
  });

  it('a failure changes nothing; a lock is asked about, since Okta logs it as the failed sign-in', () => {
    const failed = { outcome: { result: 'FAILURE' }, target: [ada] };
    expect(effects(event('user.lifecycle.suspend', failed))).toEqual(nothing);
    expect(effects(event('group.user_membership.add', { ...failed, target: [ada, staff] }))).toEqual(nothing);
    const lock = effects(event('user.account.lock', { outcome: { result: 'FAILURE' }, actor: ada }));
    expect(lock.delta.changes).toEqual([]);
    expect(lock.refresh.users).toEqual(['00uada']);
  });

  it('an absent outcome counts as success, an unknown actor as nobody', () => {
    expect(effects(event('user.lifecycle.suspend', { outcome: null, target: [ada] })).delta.changes).not.toEqual([]);
    const nobody = { id: 'unknown', type: 'User', alternateId: 'admin' };
    expect(effects(event('user.session.start', { actor: nobody }))).toEqual(nothing);
  });
});

describe('sign-ins', () => {
  it('count to the hour, once a burst', () => {
    const at = T0 + 17 * MINUTE;
    const { delta } = effects(
      event('user.session.start', { actor: ada }, at),
      event('user.session.start', { actor: ada }, T0 - 2 * HOUR),
      event('user.session.start', { actor: ada }, T0 + MINUTE),
    );
    expect(delta.changes).toMatchObject([{ op: 'patchAccount', patch: { lastLogin: T0 }, at }]);
  });

  it.each([
    ['text', { debugContext: { debugData: { behaviors: '{New Geo-Location=NEGATIVE, New Device=POSITIVE}' } } }],
    ['a list', { debugContext: { debugData: { behaviors: ['New IP=NEGATIVE', 'New Device=POSITIVE'] } } }],
    ['keys', { debugContext: { debugData: { behaviors: { 'New Device=POSITIVE': null } } } }],
    ['an object', { debugContext: { debugData: { behaviors: { 'New Device': 'POSITIVE' } } } }],
    ['debugData as text', { debugContext: { debugData: 'behaviors={New Device=POSITIVE}' } }],
    [
      'logOnlySecurityData',
      { debugContext: { debugData: { logOnlySecurityData: { behaviors: { 'New Device': 'POSITIVE' } } } } },
    ],
    [
      'logOnlySecurityData as text',
      { debugContext: { debugData: { logOnlySecurityData: '{"behaviors":{"New Device":"POSITIVE"}}' } } },
    ],
    ['securityContext', { securityContext: { userBehaviors: [{ name: 'New Device', result: 'POSITIVE' }] } }],
  ])('from a new device, told as %s', (_, more) => {
    expect(effects(event('user.session.start', { actor: ada, ...more })).delta.signals).toMatchObject([
      { accountId: account('00uada'), kind: 'new_device_sign_in', at: T0 },
    ]);
    const text = JSON.stringify(more).replace('POSITIVE', 'NEGATIVE');
    expect(effects(event('user.session.start', { actor: ada, ...JSON.parse(text) })).delta.signals).toEqual([]);
    const failed = { actor: ada, ...more, outcome: { result: 'FAILURE' } };
    expect(effects(event('user.session.start', failed)).delta.signals).toEqual([]);
  });

  it('a known device stays known when something else is new', () => {
    const debugContext = { debugData: { behaviors: '{New Device=NEGATIVE, New IP=POSITIVE}' } };
    expect(effects(event('user.session.start', { actor: ada, debugContext })).delta.signals).toEqual([]);
  });

  it('denied pushes, in both forms', () => {
    const transaction = { id: 'tx9' };
    const push = { debugContext: { debugData: { factor: 'OKTA_VERIFY_PUSH' } } };
    for (const denied of [
      event('user.mfa.okta_verify.deny_push', { actor: ada, transaction, outcome: { result: 'FAILURE' } }),
      event('user.authentication.auth_via_mfa', { actor: ada, transaction, ...push, outcome: { result: 'FAILURE' } }),
      event('user.authentication.auth_via_mfa', { target: [ada], transaction, ...push, outcome: { result: 'DENY' } }),
    ]) {
      expect(effects(denied).delta.signals).toEqual([
        { accountId: account('00uada'), kind: 'push_denied', at: T0, eventId: denied.id, ref: 'tx9' },
      ]);
    }
    const sms = { debugContext: { debugData: { factor: 'SMS_FACTOR' } }, outcome: { result: 'FAILURE' } };
    expect(effects(event('user.authentication.auth_via_mfa', { actor: ada, ...sms })).delta.signals).toEqual([]);
    expect(effects(event('user.authentication.auth_via_mfa', { actor: ada, ...push })).delta.signals).toEqual([]);
  });
});

describe('privilege, factors and tokens', () => {
  it('a granted role is a signal on whom it was granted to, and asks for the roles', () => {
    const role = { id: 'SUPER_ADMIN', type: 'ROLE', displayName: 'Super Administrator' };
    const { delta, refresh } = effects(event('user.account.privilege.grant', { target: [ada, role] }));
    expect(delta.signals).toMatchObject([{ accountId: account('00uada'), kind: 'role_granted', ref: 'SUPER_ADMIN' }]);
    expect(refresh.users).toEqual(['00uada']);
    const failed = { target: [ada, role], outcome: { result: 'FAILURE' } };
    expect(effects(event('user.account.privilege.grant', failed))).toEqual(nothing);
    expect(effects(event('user.account.privilege.revoke', { target: [ada, role] })).delta.signals).toMatchObject([
      { kind: 'role_revoked', ref: 'SUPER_ADMIN' },
    ]);
  });

  it('a role of a group asks for the group', () => {
    expect(effects(event('group.privilege.grant', { target: [staff] })).refresh.groups).toEqual(['00gstaff']);
  });

  it('removed factors', () => {
    for (const type of ['user.mfa.factor.reset_all', 'user.mfa.factor.deactivate']) {
      const { delta, refresh } = effects(event(type, { target: [ada] }));
      expect(delta.signals).toMatchObject([{ accountId: account('00uada'), kind: 'factors_reset' }]);
      expect(refresh.users).toEqual(['00uada']);
    }
    const activated = effects(event('user.mfa.factor.activate', { target: [ada] }));
    expect(activated.delta.signals).toEqual([]);
    expect(activated.refresh.users).toEqual(['00uada']);
  });

  it('a token belongs to its maker, and to whom it is made for', () => {
    const token = { id: '00Tx', type: 'Token', displayName: 'ci' };
    expect(effects(event('system.api_token.create', { actor: ada, target: [token] })).delta.signals).toMatchObject([
      { accountId: account('00uada'), kind: 'api_token_created', ref: '00Tx' },
    ]);
    const forBob = effects(event('system.api_token.create', { actor: ada, target: [token, bob] })).delta.signals;
    expect(forBob.map((signal) => signal.accountId)).toEqual([account('00uada'), account('00ubob')]);
  });

  it("a token revoked by somebody else still ends its owner's signal", () => {
    const revoked = event('system.api_token.revoke', { actor: bob, target: [{ id: '00Tx', type: 'Token' }] });
    const tokenOwners = new Map([['00Tx', '00uada']]);
    const { delta } = effectsOf({ tenantId: 'tnt_a', sourceId: SRC, events: [revoked], tokenOwners });
    expect(delta.signals.map((signal) => [signal.accountId, signal.kind, signal.ref])).toEqual([
      [account('00ubob'), 'api_token_revoked', '00Tx'],
      [account('00uada'), 'api_token_revoked', '00Tx'],
    ]);
  });
});

describe('groups and apps', () => {
  it('come and go', () => {
    const created = effects(event('group.lifecycle.create', { target: [staff] }));
    expect(created.delta.changes).toMatchObject([{ op: 'ensureNode', node: { id: group('00gstaff') } }]);
    expect(created.refresh.groups).toEqual(['00gstaff']);
    expect(effects(event('group.lifecycle.delete', { target: [staff] })).delta.changes).toMatchObject([
      { op: 'removeNode', nodeId: group('00gstaff') },
    ]);
    for (const prefix of ['application', 'app']) {
      expect(effects(event(`${prefix}.lifecycle.deactivate`, { target: [crm] })).refresh.apps).toEqual(['0oacrm']);
      expect(effects(event(`${prefix}.lifecycle.delete`, { target: [crm] })).delta.changes).toMatchObject([
        { op: 'removeNode', nodeId: app('0oacrm') },
      ]);
    }
  });

  it('what only informs changes nothing', () => {
    expect(effects(event('user.authentication.sso', { target: [crm] }))).toEqual(nothing);
    expect(effects(event('event_hook.delivery', { target: [ada] }))).toEqual(nothing);
  });

  it('what changes another part of the org has that part read anew', () => {
    const { delta, refresh } = effects(event('zone.update'));
    expect(delta).toEqual(nothing.delta);
    expect(refresh).toEqual({ ...nothing.refresh, inventory: ['zones'] });
    expect(effects(event('zone.update', { outcome: { result: 'FAILURE' } }))).toEqual(nothing);
  });
});

describe('parts of the inventory', () => {
  it.each([
    ['group.user_membership.rule.deactivated', ['groupRules']],
    ['group.user_membership.rule.trigger', ['groupRules']],
    ['system.agent.ad.create', ['agents']],
    ['system.agent.ad.deactivate', ['agents']],
    ['system.agent.ldap.disconnect', ['agents']],
    // who was put where by a rule, and what an agent reads, go on all day and change neither
    ['group.user_membership.rule.evaluation', undefined],
    ['system.agent.ad.read_ldap', undefined],
  ])('%s asks for %s', (type, wanted) => {
    expect(effects(event(type)).refresh.inventory).toEqual(wanted);
    expect(isAccepted(type, 'tail')).toBe(wanted !== undefined);
    expect(isAccepted(type, 'event_hook')).toBe(false);
  });
});
