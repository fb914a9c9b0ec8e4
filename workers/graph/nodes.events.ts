import type { Millis } from '../platform/clock.ts';
import { writeActivity } from './activity.store.ts';
import type { Changed } from './changed.ts';
import { grouped } from './group.ts';
import type { Attributes, GraphNode } from './model.ts';
import {
  insertNodes,
  type NodeRow,
  type NodeState,
  overlayOf,
  parseAttributes,
  readNodeEnds,
  readNodes,
  storedAttributes,
  updateNodes,
} from './nodes.store.ts';
import {
  lastLoginOf,
  overlayFrom,
  type PendingFields,
  readPending,
  takePending,
  writePending,
} from './pending.store.ts';
import { canonicalJson, cleanText } from './text.ts';
import type { Tx } from './tx.ts';

export interface Ensure {
  node: GraphNode;
  at: Millis;
  by: string;
}

export interface Patch {
  accountId: string;
  patch: Attributes;
  at: Millis;
  by: string;
}

/**
 * Makes nodes that are not there from the little an event says. Never touches what a sync brought; of several events
 * the latest tells.
 */
export function ensureNodes(tx: Tx, ensures: Ensure[], changed: Changed): void {
  if (ensures.length === 0) return;
  const latest = new Map<string, Ensure>();
  for (const ensure of ensures) {
    const other = latest.get(ensure.node.id);
    if (!other || isLater(ensure, other.at, contentOf(other.node))) latest.set(ensure.node.id, ensure);
  }
  const rows = readNodes(tx, latest.keys());
  const ends = readNodeEnds(tx, latest.keys());
  const living = [...latest.values()].filter(({ node, at }) => (ends.get(node.id) ?? -1) <= at);
  const fresh = living.filter(({ node }) => !rows.has(node.id));
  const patches = takePending(
    tx,
    fresh.filter(({ node }) => node.kind === 'account').map(({ node }) => node.id),
  );
  insertNodes(
    tx,
    fresh.map((ensure) => stubState(ensure, overlayFrom(patches.get(ensure.node.id), -1))),
    changed,
  );
  const updates = living.flatMap((ensure) => {
    const row = rows.get(ensure.node.id);
    if (!row || row.stub === 0) return [];
    const overlay = overlayOf(row);
    const state = stubState(ensure, overlay);
    const same = state.attributes === row.attributes && cleanText(state.node.name) === row.name;
    if (same ? ensure.at <= row.as_of : !isLater(ensure, row.as_of, baseText(row, overlay), overlay)) return [];
    return [{ row, state: { ...state, beganAt: row.began_at, beganBy: row.began_by } }];
  });
  updateNodes(tx, updates, changed);
  writeActivity(
    tx,
    fresh.flatMap(({ node }) =>
      node.kind === 'account' ? [{ accountId: node.id, lastLogin: lastLoginOf(node, patches.get(node.id)) }] : [],
    ),
    changed,
  );
}

function text(name: string, attributes: Attributes, overlay: PendingFields = {}): string {
  const base = Object.entries(attributes).filter(([field]) => !(field in overlay));
  return canonicalJson([cleanText(name), Object.fromEntries(base)]);
}

/** Two events of one moment are told apart by content, so that their order of arrival does not matter. */
function isLater({ node, at }: Ensure, than: Millis, content: string, overlay: PendingFields = {}): boolean {
  if (at !== than) return at > than;
  return text(node.name, parseAttributes(storedAttributes(node.kind, node.attributes)), overlay) > content;
}

function contentOf(node: GraphNode): string {
  return text(node.name, parseAttributes(storedAttributes(node.kind, node.attributes)));
}

/** A stub's content without what patches laid over it. */
function baseText(row: NodeRow, overlay: PendingFields): string {
  return text(row.name, parseAttributes(row.attributes), overlay);
}

function stubState({ node, at, by }: Ensure, overlay: PendingFields): NodeState {
  const fields = Object.fromEntries(Object.entries(overlay).map(([field, [, value]]) => [field, value]));
  return {
    node,
    attributes: storedAttributes(node.kind, { ...node.attributes, ...fields }),
    clocks: Object.fromEntries(Object.entries(overlay).map(([field, [since]]) => [field, since])),
    stub: true,
    asOf: at,
    beganAt: at,
    beganBy: by,
    changedAt: at,
    changedBy: by,
  };
}

/** Sets single fields of accounts; of several events the latest wins, field by field. */
export function patchAccounts(tx: Tx, patches: Patch[], changed: Changed): void {
  if (patches.length === 0) return;
  const byAccount = grouped([...patches].sort((a, b) => a.at - b.at).map((patch) => [patch.accountId, patch] as const));
  const rows = readNodes(tx, byAccount.keys());
  const absent = [...byAccount.keys()].filter((id) => !rows.has(id));
  const waiting = readPending(tx, absent);
  const updates: { row: NodeRow; state: NodeState }[] = [];
  const pending: { accountId: string; fields: PendingFields }[] = [];
  const signIns: { accountId: string; lastLogin: unknown }[] = [];
  for (const [accountId, all] of byAccount) {
    const row = rows.get(accountId);
    if (row) {
      for (const { patch } of all) signIns.push({ accountId, lastLogin: patch.lastLogin });
      const state = patched(row, all);
      if (state) updates.push({ row, state });
    } else {
      const fields = { ...waiting.get(accountId) };
      if (lay(fields, all, -1, true)) pending.push({ accountId, fields });
    }
  }
  updateNodes(tx, updates, changed);
  writePending(tx, pending);
  writeActivity(tx, latestSignIns(signIns), changed);
}

function latestSignIns(items: { accountId: string; lastLogin: unknown }[]) {
  const latest = new Map<string, number>();
  for (const { accountId, lastLogin } of items) {
    if (typeof lastLogin === 'number') latest.set(accountId, Math.max(lastLogin, latest.get(accountId) ?? -1));
  }
  return [...latest].map(([accountId, lastLogin]) => ({ accountId, lastLogin }));
}

/**
 * Lays patches over fields. True when that changed something. `floor`: what is not later is known better already. The
 * last sign-in takes part where it has no place of its own, and moves forward only.
 */
function lay(fields: PendingFields, patches: Patch[], floor: Millis, signIns = false): boolean {
  let moved = false;
  for (const { patch, at: said } of patches) {
    for (const [field, value] of Object.entries(patch)) {
      if (field === 'stub' || value === undefined || said <= floor) continue;
      if (field === 'lastLogin' && (!signIns || typeof value !== 'number')) continue;
      const at = field === 'lastLogin' ? Number(value) : said;
      const known = fields[field];
      if (known && (at < known[0] || (at === known[0] && canonicalJson(value) <= canonicalJson(known[1])))) continue;
      fields[field] = [at, value];
      moved = true;
    }
  }
  return moved;
}

function patched(row: NodeRow, patches: Patch[]): NodeState | null {
  const overlay = overlayOf(row);
  if (!lay(overlay, patches, row.stub === 1 ? -1 : row.as_of)) return null;
  const fields = Object.fromEntries(Object.entries(overlay).map(([field, [, value]]) => [field, value]));
  const attributes = storedAttributes('account', { ...parseAttributes(row.attributes), ...fields });
  const last = patches.at(-1);
  const material = attributes !== row.attributes && last !== undefined;
  return {
    node: {
      id: row.id,
      kind: 'account',
      sourceId: row.source_id,
      nativeId: row.native_id,
      name: row.name,
      attributes: {},
    },
    attributes,
    clocks: Object.fromEntries(Object.entries(overlay).map(([field, [at]]) => [field, at])),
    stub: row.stub === 1,
    asOf: row.as_of,
    beganAt: row.began_at,
    beganBy: row.began_by,
    changedAt: material ? Math.max(last.at, row.changed_at) : row.changed_at,
    changedBy: material ? last.by : row.changed_by,
  };
}
