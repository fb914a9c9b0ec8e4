import type { AssignmentAttributes } from '../../graph/model.ts';
import type { InventoryNeed } from '../../graph/port.ts';
import type { GraphDelta } from '../../graph/writes.ts';
import type { CanonicalEvent } from '../../inbox/event.ts';
import {
  change,
  type Effects,
  ensureAccount,
  ensureNode,
  idOf,
  knownUser,
  patch,
  removeNode,
  signal,
  subjects,
  succeeded,
  targetsOf,
} from './event-changes.ts';
import { inventoryOf } from './event-inventory.ts';
import { appNode, groupNode } from './event-nodes.ts';
import { isNewDevice, isPushDenied } from './event-signals.ts';
import { toHour } from './map/thing.ts';

/** Native ids of what the source should be asked about again, each once. */
export interface RefreshWanted {
  users: string[];
  groups: string[];
  apps: string[];
  /** Parts of the inventory; absent when none. */
  inventory?: InventoryNeed[];
}

export interface EffectsInput {
  tenantId: string;
  sourceId: string;
  events: CanonicalEvent[];
  /** Owner (native user id) of API tokens by the token's native id, where an earlier event told it. */
  tokenOwners?: ReadonlyMap<string, string>;
}

/** Status that a user lifecycle or account event leaves behind. Types that are not listed only cause a refresh. */
const STATUS_AFTER: Record<string, string> = {
  'user.lifecycle.create': 'STAGED',
  'user.lifecycle.activate': 'ACTIVE',
  'user.lifecycle.deactivate': 'DEPROVISIONED',
  'user.lifecycle.suspend': 'SUSPENDED',
  'user.lifecycle.unsuspend': 'ACTIVE',
  'user.account.lock': 'LOCKED_OUT',
  'user.account.unlock': 'ACTIVE',
  'user.account.unlock_by_admin': 'ACTIVE',
  'user.account.unlock_token': 'ACTIVE',
  'user.account.expire_password': 'PASSWORD_EXPIRED',
};

/** Events about a user that change nothing of the account. */
const NO_CHANGE = new Set([
  'user.account.access_support_user_app',
  'user.account.lock.limit',
  'user.account.preference_update',
  'user.account.report_suspicious_activity_by_enduser',
  'user.account.subscriptions.update',
  'user.account.unlock_failure',
  'user.account.use_token',
]);

/**
 * What a batch of canonical events of one source changes: the graph delta, and what must be read again from the
 * source. Pure. Only events that succeeded (or say nothing of it) change state; what a failure says (a denied push) is
 * a signal.
 */
export function effectsOf(input: EffectsInput): { delta: GraphDelta; refresh: RefreshWanted } {
  const effects: Effects = {
    sourceId: input.sourceId,
    tokenOwners: input.tokenOwners ?? new Map(),
    delta: { changes: [], signals: [] },
    signIns: new Map(),
    ensured: new Set(),
    nodeIds: new Map(),
    users: new Set(),
    groups: new Set(),
    apps: new Set(),
    inventory: new Set(),
  };
  // in the order in which things happened, whatever the order of arrival
  const ordered = [...input.events].sort((a, b) => a.publishedAt - b.publishedAt);
  for (const event of ordered) apply(effects, event);
  for (const [accountId, event] of effects.signIns) {
    // to the hour: most sign-ins of a day then change nothing
    patch(effects, event, accountId, { lastLogin: toHour(event.publishedAt) });
  }
  return {
    delta: effects.delta,
    refresh: {
      users: [...effects.users],
      groups: [...effects.groups],
      apps: [...effects.apps],
      ...(effects.inventory.size > 0 ? { inventory: [...effects.inventory].sort() } : {}),
    },
  };
}

function apply(effects: Effects, event: CanonicalEvent): void {
  const { type } = event;
  if (isPushDenied(event)) signal(effects, event, 'push_denied', subjects(event), event.transactionId);
  if (!succeeded(event)) {
    // Okta logs a lock as the failure of the sign-in that caused it: only the source can tell the state
    if (type === 'user.account.lock') for (const user of subjects(event)) effects.users.add(user.id);
    return;
  }
  const part = inventoryOf(type);
  if (part !== null) effects.inventory.add(part);
  if (type === 'user.session.start') onSignIn(effects, event);
  else if (type.startsWith('group.user_membership.')) onGroupMembership(effects, event);
  else if (type.startsWith('application.user_membership.')) onAssignment(effects, event);
  else if (type.startsWith('group.application_assignment.')) onGroupAssignment(effects, event);
  else if (type.startsWith('user.account.privilege.')) onPrivilege(effects, event);
  else if (type.startsWith('user.lifecycle.') || type.startsWith('user.account.')) onAccount(effects, event);
  else if (type.startsWith('user.mfa.factor.')) onFactor(effects, event);
  else if (type.startsWith('system.api_token.')) onApiToken(effects, event);
  else if (type.startsWith('group.lifecycle.')) onLifecycle(effects, event, 'group');
  else if (type.startsWith('application.lifecycle.') || type.startsWith('app.lifecycle.')) {
    onLifecycle(effects, event, 'app');
  } else if (type.startsWith('group.privilege.') || type === 'group.profile.update') {
    for (const group of targetsOf(event, 'UserGroup')) effects.groups.add(group.id);
  }
}

function onSignIn(effects: Effects, event: CanonicalEvent): void {
  const user = knownUser(event.actor);
  if (!user) return;
  const accountId = idOf(effects, 'account', user.id);
  const known = effects.signIns.get(accountId);
  if (!known || known.publishedAt < event.publishedAt) effects.signIns.set(accountId, event);
  if (isNewDevice(event)) signal(effects, event, 'new_device_sign_in', [user], null);
}

function onGroupMembership(effects: Effects, event: CanonicalEvent): void {
  for (const user of targetsOf(event, 'User')) {
    effects.users.add(user.id);
    for (const group of targetsOf(event, 'UserGroup')) {
      const to = idOf(effects, 'group', group.id);
      if (event.type.endsWith('.add')) {
        ensureNode(effects, event, groupNode(effects.sourceId, group));
        const from = ensureAccount(effects, event, user);
        change(effects, event, { op: 'upsertEdge', edge: { from, to, kind: 'MEMBER_OF', attributes: {} } });
      } else if (event.type.endsWith('.remove')) {
        const from = idOf(effects, 'account', user.id);
        change(effects, event, { op: 'removeEdge', from, to, kind: 'MEMBER_OF' });
      }
    }
  }
}

function onAssignment(effects: Effects, event: CanonicalEvent): void {
  const inApp = targetsOf(event, 'AppUser')[0];
  for (const user of targetsOf(event, 'User')) {
    effects.users.add(user.id);
    for (const app of targetsOf(event, 'AppInstance')) {
      const to = idOf(effects, 'app', app.id);
      if (event.type.endsWith('.add')) {
        ensureNode(effects, event, appNode(effects.sourceId, app));
        const from = ensureAccount(effects, event, user);
        // the event does not say through what: the refresh brings scope and status
        const attributes: AssignmentAttributes = {
          status: 'ACTIVE',
          scope: 'USER',
          externalId: null,
          userName: inApp?.alternateId ?? null,
        };
        change(effects, event, {
          op: 'upsertEdge',
          edge: { from, to, kind: 'ASSIGNED_TO', attributes: { ...attributes } },
        });
      } else if (event.type.endsWith('.remove')) {
        const from = idOf(effects, 'account', user.id);
        change(effects, event, { op: 'removeEdge', from, to, kind: 'ASSIGNED_TO' });
      }
    }
  }
}

function onGroupAssignment(effects: Effects, event: CanonicalEvent): void {
  for (const group of targetsOf(event, 'UserGroup')) {
    const from = idOf(effects, 'group', group.id);
    for (const app of targetsOf(event, 'AppInstance')) {
      const to = idOf(effects, 'app', app.id);
      if (event.type.endsWith('.remove')) {
        change(effects, event, { op: 'removeEdge', from, to, kind: 'ASSIGNED_TO' });
        continue;
      }
      ensureNode(effects, event, groupNode(effects.sourceId, group));
      ensureNode(effects, event, appNode(effects.sourceId, app));
      change(effects, event, { op: 'upsertEdge', edge: { from, to, kind: 'ASSIGNED_TO', attributes: {} } });
    }
  }
}

function onPrivilege(effects: Effects, event: CanonicalEvent): void {
  const granted = event.type.endsWith('.grant');
  if (!granted && !event.type.endsWith('.revoke')) return;
  const roles = targetsOf(event, 'ROLE').map((role) => role.id);
  const users = targetsOf(event, 'User');
  signal(effects, event, granted ? 'role_granted' : 'role_revoked', users, roles.length > 0 ? roles.join(',') : null);
  for (const user of users) {
    ensureAccount(effects, event, user);
    effects.users.add(user.id);
  }
}

function onAccount(effects: Effects, event: CanonicalEvent): void {
  if (NO_CHANGE.has(event.type)) return;
  const status = STATUS_AFTER[event.type];
  for (const user of subjects(event)) {
    if (event.type === 'user.lifecycle.delete.completed') {
      for (const kind of ['account', 'identity'] as const) {
        removeNode(effects, event, kind, user.id);
      }
      continue;
    }
    const accountId = ensureAccount(effects, event, user, status);
    if (status && event.type !== 'user.lifecycle.create') {
      const activated = event.type === 'user.lifecycle.activate' ? { activated: event.publishedAt } : {};
      patch(effects, event, accountId, { status, statusChanged: event.publishedAt, ...activated });
    }
    if (event.type === 'user.account.update_password') {
      patch(effects, event, accountId, { passwordChanged: event.publishedAt });
    }
    effects.users.add(user.id);
  }
}

function onFactor(effects: Effects, event: CanonicalEvent): void {
  const users = subjects(event);
  for (const user of users) {
    ensureAccount(effects, event, user);
    effects.users.add(user.id);
  }
  if (event.type === 'user.mfa.factor.reset_all' || event.type === 'user.mfa.factor.deactivate') {
    signal(effects, event, 'factors_reset', users, null);
  }
}

/** The token belongs to whoever made it; somebody else may revoke it. */
function onApiToken(effects: Effects, event: CanonicalEvent): void {
  const created = event.type === 'system.api_token.create';
  if (!created && event.type !== 'system.api_token.revoke') return;
  const token = targetsOf(event, 'Token')[0]?.id ?? null;
  const concerned = [knownUser(event.actor), ...targetsOf(event, 'User')].flatMap((user) => user ?? []);
  const owner = created || token === null ? undefined : effects.tokenOwners.get(token);
  if (owner) concerned.push({ id: owner, type: 'User', name: null, alternateId: null });
  signal(effects, event, created ? 'api_token_created' : 'api_token_revoked', concerned, token);
}

function onLifecycle(effects: Effects, event: CanonicalEvent, kind: 'group' | 'app'): void {
  for (const target of targetsOf(event, kind === 'group' ? 'UserGroup' : 'AppInstance')) {
    if (event.type.endsWith('.lifecycle.delete')) {
      removeNode(effects, event, kind, target.id);
      continue;
    }
    ensureNode(
      effects,
      event,
      kind === 'group' ? groupNode(effects.sourceId, target) : appNode(effects.sourceId, target),
    );
    (kind === 'group' ? effects.groups : effects.apps).add(target.id);
  }
}
