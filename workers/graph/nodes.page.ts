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
  const latest = [...new Map(nodes.map((node) => [node.id, node])).values()];
  const rows = readNodes(
    tx,
    latest.map((node) => node.id),
  );
  const fresh = latest.filter((node) => !rows.has(node.id));
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
    const state = row && overtaken(row, node, asOf, by);
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

/** The node after a page, or null when there is nothing to write. */
function overtaken(row: NodeRow, node: GraphNode, asOf: Millis, by: string): NodeState | null {
  const stub = row.stub === 1;
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
  const material = stub || !sameName || withoutVolatile(attributes) !== withoutVolatile(row.attributes);
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
