import type {
  AccountAttributes,
  GraphChange,
  GraphDelta,
  GraphNode,
  Provenance,
  SignalKind,
} from '../../graph/model.ts';
import { nodeId } from '../../graph/model.ts';
import type { CanonicalEvent, EventParty } from '../../inbox/event.ts';
import { accountNodes } from './event-nodes.ts';

/** Collects what one batch of events changes; every id is asked for once. */
export interface Effects {
  sourceId: string;
  tokenOwners: ReadonlyMap<string, string>;
  delta: GraphDelta;
  /** Newest successful sign-in of each account, so that a burst is one change. */
  signIns: Map<string, CanonicalEvent>;
  /** Accounts that the delta already makes where they are missing. */
  ensured: Set<string>;
  users: Set<string>;
  groups: Set<string>;
  apps: Set<string>;
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

export function removeNode(effects: Effects, event: CanonicalEvent, id: string): void {
  effects.ensured.delete(id);
  change(effects, event, { op: 'removeNode', nodeId: id });
}

export function ensureNode(effects: Effects, event: CanonicalEvent, node: GraphNode): void {
  change(effects, event, { op: 'ensureNode', node });
}

/** Makes the account, its identity and the edge between them where they are not there. Returns the account's node id. */
export function ensureAccount(effects: Effects, event: CanonicalEvent, user: EventParty, status?: string): string {
  const { account, identity } = accountNodes(effects.sourceId, user, status);
  if (!effects.ensured.has(account.id)) {
    effects.ensured.add(account.id);
    ensureNode(effects, event, identity);
    ensureNode(effects, event, account);
    const edge = { from: identity.id, to: account.id, kind: 'HAS_ACCOUNT' as const, attributes: {} };
    change(effects, event, { op: 'upsertEdge', edge });
  }
  return account.id;
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
    const accountId = nodeId('account', effects.sourceId, id);
    effects.delta.signals.push({ accountId, kind, at: event.publishedAt, eventId: event.id, ref });
  }
}
