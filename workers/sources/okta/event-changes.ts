import type { AccountAttributes, GraphNode, NodeKind, Provenance } from '../../graph/model.ts';
import { nodeId } from '../../graph/model.ts';
import type { InventoryNeed } from '../../graph/port.ts';
import type { SignalKind } from '../../graph/signal.ts';
import type { GraphChange, GraphDelta } from '../../graph/writes.ts';
import type { CanonicalEvent, EventParty } from '../../inbox/event.ts';
import { accountNodes } from './event-nodes.ts';

/** Collects what one batch of events changes; every id is asked for once. */
export interface Effects {
  sourceId: string;
  tokenOwners: ReadonlyMap<string, string>;
  delta: GraphDelta;
  /** Newest successful sign-in of each account, so that a burst is one change. */
  signIns: Map<string, CanonicalEvent>;
  /** Accounts (native ids) that the delta already makes where they are missing. */
  ensured: Set<string>;
  /** Node ids by kind and native id: each is a hash. */
  nodeIds: Map<string, string>;
  users: Set<string>;
  groups: Set<string>;
  apps: Set<string>;
  inventory: Set<InventoryNeed>;
}

export function succeeded(event: CanonicalEvent): boolean {
  return event.outcome === null || event.outcome.result === 'SUCCESS';
}

export function knownUser(party: EventParty | null): EventParty | null {
  return party && party.type === 'User' && party.id !== 'unknown' ? party : null;
}

export function targetsOf(event: CanonicalEvent, type: string): EventParty[] {
  const seen = new Set<string>();
  return event.targets.filter(
    (target) => target.type === type && target.id !== 'unknown' && !seen.has(target.id) && seen.add(target.id),
  );
}

/** Whom the event is about: its target users; the actor when it names none (Okta does so for what users do alone). */
export function subjects(event: CanonicalEvent): EventParty[] {
  const users = targetsOf(event, 'User');
  const actor = knownUser(event.actor);
  return users.length > 0 || !actor ? users : [actor];
}

type Unstamped = GraphChange extends infer C ? (C extends GraphChange ? Omit<C, 'at' | 'by'> : never) : never;

export function change(effects: Effects, event: CanonicalEvent, what: Unstamped): void {
  const by: Provenance = { kind: 'event', id: event.id };
  effects.delta.changes.push({ ...what, at: event.publishedAt, by } as GraphChange);
}

export function patch(
  effects: Effects,
  event: CanonicalEvent,
  accountId: string,
  fields: Partial<AccountAttributes>,
): void {
  change(effects, event, { op: 'patchAccount', accountId, patch: fields });
}

export function removeNode(effects: Effects, event: CanonicalEvent, kind: NodeKind, nativeId: string): void {
  effects.ensured.delete(nativeId);
  change(effects, event, { op: 'removeNode', nodeId: idOf(effects, kind, nativeId) });
}

export function idOf(effects: Effects, kind: NodeKind, nativeId: string): string {
  const key = `${kind}/${nativeId}`;
  const known = effects.nodeIds.get(key);
  if (known !== undefined) return known;
  const id = nodeId(kind, effects.sourceId, nativeId);
  effects.nodeIds.set(key, id);
  return id;
}

export function ensureNode(effects: Effects, event: CanonicalEvent, node: GraphNode): void {
  change(effects, event, { op: 'ensureNode', node });
}

/** Makes the account, its identity and the edge between them where they are not there. Returns the account's node id. */
export function ensureAccount(effects: Effects, event: CanonicalEvent, user: EventParty, status?: string): string {
  if (!effects.ensured.has(user.id)) {
    effects.ensured.add(user.id);
    const { account, identity } = accountNodes(effects.sourceId, user, status);
    ensureNode(effects, event, identity);
    ensureNode(effects, event, account);
    const edge = { from: identity.id, to: account.id, kind: 'HAS_ACCOUNT' as const, attributes: {} };
    change(effects, event, { op: 'upsertEdge', edge });
  }
  return idOf(effects, 'account', user.id);
}

export function signal(
  effects: Effects,
  event: CanonicalEvent,
  kind: SignalKind,
  users: EventParty[],
  ref: string | null,
): void {
  const ids = new Set(users.map((user) => user.id));
  for (const id of ids) {
    const accountId = idOf(effects, 'account', id);
    effects.delta.signals.push({ accountId, kind, at: event.publishedAt, eventId: event.id, ref });
  }
}
