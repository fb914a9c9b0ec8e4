import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NodeKind, nodeId } from '../../workers/graph/model.ts';
import { api, eventually, lab, product } from './helpers.ts';

interface End {
  kind: NodeKind;
  nativeId: string;
}

interface Planted {
  name: string;
  from: End;
  to: End;
  via: string[];
  through: End[];
  open: boolean;
}

interface Step {
  node: { id: string };
  edge: string | null;
}

const idOf = ({ kind, nativeId }: End) => nodeId(kind, product.sourceId, nativeId);

/** The lab calls the way from whoever holds the role to the org by its power; the graph goes over the role. */
const edgesOf = (via: string[]) => via.flatMap((kind) => (kind === 'SUPER_ADMIN' ? ['HOLDS_ROLE', 'GRANTS'] : [kind]));

/** Whether a way goes over these edges, and past these nodes in their order. */
function goes(steps: Step[], { via, from, through, to }: Planted): boolean {
  const edges = steps.flatMap(({ edge }) => edge ?? []);
  const nodes = [from, ...through, to].map(idOf);
  const passed = steps.map(({ node }) => node.id).filter((id) => nodes.includes(id));
  return edges.join(' ') === edgesOf(via).join(' ') && passed.join(' ') === nodes.join(' ');
}

/** What people did in the org since the tests began: a path over one of these may have ended. */
async function changedSince(since: string): Promise<Set<string>> {
  const url = `${product.lab}/api/v1/logs?limit=1000&since=${encodeURIComponent(since)}`;
  const answer = await fetch(url, { headers: { authorization: 'SSWS lab-ssws-token' } });
  const events = (await answer.json()) as { eventType: string; target: { id: string }[] | null }[];
  const ends = /\.(remove|revoke|deactivate|suspend|delete.*|update)$/;
  return new Set(
    events.flatMap(({ eventType, target }) => (ends.test(eventType) ? (target ?? []) : []).map(({ id }) => id)),
  );
}

/** A page may be empty and have another after it: edges to what Okta names and does not list are left out. */
async function hasEdges(kind: string): Promise<boolean> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { data: unknown[]; next: string | null } = await api.request(
      'GET',
      `/graph/edges?kind=${kind}&limit=50${after}`,
    );
    if (page.data.length > 0) return true;
    cursor = page.next;
  }
  return false;
}

describe('the graph of the lab', () => {
  beforeAll(() => lab('POST', '/lab/pause'));
  afterAll(() => lab('POST', '/lab/resume'));

  it('has rows for every saved query', async () => {
    const rows = await eventually('every query to have rows', async () => {
      const { data } = await api.request<{ data: { id: string; rows: { count: number } | null }[] }>(
        'GET',
        '/graph/queries?counts=true',
      );
      return data.every((query) => (query.rows?.count ?? 0) > 0) ? data : undefined;
    }).catch(async () => {
      const path = '/graph/queries?counts=true';
      return (await api.request<{ data: { id: string; rows: { count: number } | null }[] }>('GET', path)).data;
    });
    expect(rows).toHaveLength(45);
    expect(rows.filter((query) => !query.rows?.count).map(({ id }) => id)).toEqual([]);
  });

  it('has edges of every kind', async () => {
    const { data: kinds } = await api.request<{ data: { kind: string }[] }>('GET', '/graph/edge-kinds');
    expect(kinds.length).toBeGreaterThan(50);
    const missing: string[] = [];
    // the lab is one org: nothing beyond it is a connected source
    for (const { kind } of kinds) if (kind !== 'SAME_AS' && !(await hasEdges(kind))) missing.push(kind);
    expect(missing).toEqual([]);
  });

  it('finds every open path that was planted, by the way it was planted, and no near miss', async () => {
    const changed = await changedSince(new Date(Date.now() - 3_600_000).toISOString());
    const { data: planted } = await lab<{ data: Planted[] }>('GET', '/lab/paths');
    const told = async (path: Planted) => {
      const query = `from=${idOf(path.from)}&to=${idOf(path.to)}&all=true&slack=2&limit=100`;
      const { paths } = await api.request<{ paths: { steps: Step[] }[] | null }>('GET', `/graph/paths?${query}`);
      return (paths ?? []).some(({ steps }) => goes(steps, path));
    };
    const still = planted.filter(
      ({ open, from, through, to }) => !open || ![from, ...through, to].some(({ nativeId }) => changed.has(nativeId)),
    );
    expect(still.filter(({ open }) => open).length).toBeGreaterThan(2);
    const found: Record<string, boolean> = {};
    for (const path of still) found[path.name] = await told(path);
    expect(found).toEqual(Object.fromEntries(still.map(({ name, open }) => [name, open])));
  });
});
