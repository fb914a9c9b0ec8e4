import { NODE_KINDS } from '../../graph/model.ts';
import { canSignIn } from '../../sources/okta/mapper.ts';
import type { Harness } from './harness.ts';

/**
 * Tests only: everything that the graph says of a source, by native ids, in a stable order: so that two sources can be
 * compared. When and through what things began is left out, and factors of who cannot sign in.
 */
export async function dumpGraph(h: Pick<Harness, 'graph' | 'sourceId'>): Promise<string[]> {
  const labels = new Map<string, string>();
  const nodes: { id: string; line: unknown[]; status: unknown }[] = [];
  for (const kind of NODE_KINDS) {
    let cursor: string | undefined;
    do {
      const page = await h.graph.list({ kind, sourceId: h.sourceId, limit: 200, cursor });
      for (const { id, nativeId, name, attributes, tier } of page.data) {
        labels.set(id, `${kind}:${nativeId}`);
        nodes.push({ id, line: ['node', kind, nativeId, name, attributes, tier ?? null], status: attributes.status });
      }
      cursor = page.next ?? undefined;
    } while (cursor);
  }
  const lines: string[] = [];
  const write = (line: unknown[]) =>
    lines.push(JSON.stringify(line, (_, value) => (typeof value === 'string' ? (labels.get(value) ?? value) : value)));
  for (const { id, line, status } of nodes) {
    write(line);
    for (const { edge } of (await h.graph.node(id, 10_000))?.out ?? []) {
      write(['edge', edge.kind, edge.from, edge.to, edge.attributes]);
    }
    if (labels.get(id)?.startsWith('account:') && canSignIn(status)) {
      write(['factors', id, (await h.graph.accountView(id))?.factors]);
    }
  }
  return lines.sort();
}
