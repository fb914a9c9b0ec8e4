import type { Millis } from '../platform/clock.ts';
import { writeActivity } from './activity.store.ts';
import type { Changed } from './changed.ts';
import type { GraphNode } from './model.ts';
import {
  type Clocks,
  insertNodes,
  type NodeRow,
  type NodeState,
  parseAttributes,
  readNodeEnds,
  readNodes,
  storedAttributes,
  updateNodes,
  withoutVolatile,
} from './nodes.store.ts';
import { lastLoginOf, overlayFrom, takePending } from './pending.store.ts';
import { cleanText } from './text.ts';
import type { Tx } from './tx.ts';

/**
 * Takes over what a source says of whole objects. Nothing is written for an object that is as it was. Fields that a
 * later event set are kept; an object that ended after the source answered stays ended.
 */
export function applyNodes(tx: Tx, nodes: GraphNode[], asOf: Millis, by: string, changed: Changed): void {
  if (nodes.length === 0) return;
  const latest = latestOf(nodes);
  const rows = readNodes(
    tx,
    latest.map((node) => node.id),
  );
  const fresh = latest.filter((node) => !rows.has(node.id) && node.partial !== 'patch');
  const ends = readNodeEnds(
    tx,
    fresh.map((node) => node.id),
  );
  const living = fresh.filter((node) => (ends.get(node.id) ?? -1) <= asOf);
  const patches = takePending(
    tx,
    living.filter((node) => node.kind === 'account').map((node) => node.id),
  );
  const inserts = living.map((node): NodeState => {
    const later = Object.entries(overlayFrom(patches.get(node.id), asOf));
    const fields = Object.fromEntries(later.map(([field, [, value]]) => [field, value]));
    return {
      node,
      attributes: storedAttributes(node.kind, { ...node.attributes, ...fields }),
      clocks: Object.fromEntries(later.map(([field, [at]]) => [field, at])),
      stub: false,
      asOf,
      beganAt: asOf,
      beganBy: by,
      changedAt: asOf,
      changedBy: by,
    };
  });
  const updates = latest.flatMap((node) => {
    const row = rows.get(node.id);
    const state = row && overtaken(row, node.partial ? completed(row, node) : node, asOf, by);
    return row && state ? [{ row, state }] : [];
  });
  insertNodes(tx, inserts, changed);
  updateNodes(tx, updates, changed);
  const signIns = latest.flatMap((node) =>
    node.kind === 'account' && (rows.has(node.id) || (ends.get(node.id) ?? -1) <= asOf)
      ? [{ accountId: node.id, lastLogin: lastLoginOf(node, patches.get(node.id)) }]
      : [],
  );
  writeActivity(tx, signIns, changed);
}

/** Each node once, as the page told it last; what it told of only in part is laid over what it told before. */
function latestOf(nodes: GraphNode[]): GraphNode[] {
  const latest = new Map<string, GraphNode>();
  for (const node of nodes) {
    const before = node.partial ? latest.get(node.id) : undefined;
    if (before && node.partial === 'mention') continue;
    if (!before || before.partial === 'mention') latest.set(node.id, node);
    else latest.set(node.id, { ...before, attributes: { ...before.attributes, ...node.attributes } });
  }
  return [...latest.values()];
}

/** A node that was told of only in part, with what is stored of it. */
function completed(row: NodeRow, node: GraphNode): GraphNode {
  const attributes = { ...parseAttributes(row.attributes), ...node.attributes };
  const name = node.partial === 'patch' ? row.name : node.name;
  return { ...node, name, attributes };
}

/** The node after a page, or null when there is nothing to write. */
function overtaken(row: NodeRow, node: GraphNode, asOf: Millis, by: string): NodeState | null {
  const stub = row.stub === 1;
  if (node.partial === 'mention' && !stub) return null;
  if (asOf < row.as_of && !stub) return null;
  let clocks: Clocks = {};
  let fields: Record<string, unknown> = {};
  if (row.patched_at !== null && row.patched_at > asOf && row.clocks !== null) {
    clocks = Object.fromEntries(Object.entries(JSON.parse(row.clocks) as Clocks).filter(([, at]) => at > asOf));
    const known = parseAttributes(row.attributes);
    fields = Object.fromEntries(Object.keys(clocks).map((field) => [field, known[field]]));
  }
  const attributes = storedAttributes(node.kind, { ...node.attributes, ...fields });
  const sameName = cleanText(node.name) === row.name && cleanText(node.nativeId) === row.native_id;
  if (!stub && sameName && attributes === row.attributes) return null;
  // what one sync tells in several listings is one version
  const goesOn = node.partial !== undefined && row.changed_by === by && !stub;
  const material = !goesOn && (stub || !sameName || withoutVolatile(attributes) !== withoutVolatile(row.attributes));
  return {
    node,
    attributes,
    clocks,
    stub: false,
    asOf,
    beganAt: row.began_at,
    beganBy: row.began_by,
    changedAt: material ? Math.max(asOf, row.changed_at) : row.changed_at,
    changedBy: material ? by : row.changed_by,
  };
}
