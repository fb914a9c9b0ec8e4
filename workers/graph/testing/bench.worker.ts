import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { tenants } from '../../../db/control/schema.ts';
import product from '../../index.ts';
import { createDeps } from '../../platform/deps.ts';
import { FLUSH_EDGES, FLUSH_OBJECTS } from '../../sync/sink.ts';
import { liveEdge } from '../assignment.ts';
import { graphOf, type TenantGraph } from '../directory.ts';
import { GraphShard as ProductShard } from '../graph-shard.ts';
import type { GraphEdge, GraphNode } from '../model.ts';
import { shardName } from '../name.ts';
import { MAX_PATH_EDGES } from '../paths.ts';
import { shardOf } from '../sharding.ts';
import {
  accountOf,
  appOf,
  directAssignment,
  groupOf,
  identityOf,
  membersOf,
  ORG,
  type OrgSize,
  person,
  randomFrom,
  SHARDS,
  startOf,
  structure,
} from './bench.org.ts';
import { answerCall, collectGarbage, withRemoteShards } from './bench.remote.ts';

export * from '../../index.ts';

/** A shard that can be put to sleep, and asked much at once: a clock does not move within one call. */
export class GraphShard extends ProductShard {
  async sleep() {
    this.ctx.abort('bench');
  }

  /** Puts in order what was taken, and reads the edges into memory: what the first question would do. */
  async compact() {
    await this.path('', null, null);
  }

  /** How many of these have a way to tier zero. */
  async paths(from: string[]) {
    let found = 0;
    for (const id of from) if ((await this.path(id, null, null)) !== null) found += 1;
    return found;
  }

  /** The same by SQLite's recursive query on the tables of the shard. */
  async recursive(from: string[]) {
    await this.compact();
    const { sql } = this.ctx.storage;
    return from.filter((id) => [...sql.exec(RECURSIVE, id)].some(({ depth }) => depth !== null)).length;
  }
}

/** Not on the view `edge`: within a recursive query SQLite would read the whole of it at each step. */
const RECURSIVE = `
WITH RECURSIVE walk (id, depth) AS (
  SELECT ?1, 0
  UNION
  SELECT e.to_id, w.depth + 1 FROM walk w CROSS JOIN edge_row e ON e.from_id = w.id
  WHERE w.depth < ${MAX_PATH_EDGES} AND ${liveEdge('e')}
  UNION
  SELECT j.value->>0, w.depth + 1 FROM walk w CROSS JOIN pack_out p ON p.from_id = w.id CROSS JOIN json_each(p.ends) j
  WHERE w.depth < ${MAX_PATH_EDGES}
)
SELECT min(w.depth) AS depth FROM walk w CROSS JOIN node n ON n.id = w.id
WHERE n.kind = 'resource' AND n.attributes->>'tierZero'`;

/** The first so many starts that are on a shard. */
function startsOn(index: number, count: number, size: OrgSize): string[] {
  const starts: string[] = [];
  for (let n = 0; starts.length < count; n++) {
    const person = startOf(n, size);
    if (shardOf(accountNumber(person), SHARDS) === index) starts.push(identityOf(person));
  }
  return starts;
}

const sizeSchema = z.object({ people: z.number(), groups: z.number(), apps: z.number(), memberships: z.number() });
const inputSchema = z.object({
  tenant: z.string(),
  size: sizeSchema,
  do: z.enum([
    'shards',
    'structure',
    'people',
    'memberships',
    'random',
    'ask',
    'sleep',
    'compact',
    'paths',
    'recursive',
  ]),
  from: z.number().default(0),
  to: z.number().default(0),
  question: z.enum(['path', 'reachableBy', 'blastRadius']).optional(),
});
type Input = z.infer<typeof inputSchema>;

const BY = { kind: 'sync', id: 'syn_bench' } as const;
const AS_OF = 1_790_000_000_000;

type Part = { nodes: GraphNode[]; edges: GraphEdge[] };

/** The product, with a way to fill and ask a graph without a source or a log-in. Never deployed: only the bench loads it. */
export default {
  ...product,
  async fetch(request, own, ctx) {
    const env = withRemoteShards(own);
    const { pathname } = new URL(request.url);
    if (pathname === '/shard') return answerCall(request, env);
    if (pathname === '/collect') return collectGarbage();
    if (pathname !== '/bench') return product.fetch(request, env, ctx);
    const input = inputSchema.parse(await request.json());
    const deps = createDeps(env);
    if (input.do === 'shards') {
      await deps.control.update(tenants).set({ graphShards: input.to }).where(eq(tenants.id, input.tenant));
      return Response.json({});
    }
    const shard = (index: number): unknown => env.GRAPH.getByName(shardName(input.tenant, index));
    if (input.do === 'sleep') {
      // the call ends with the object it was made to
      await (shard(input.from) as GraphShard).sleep().catch(() => {});
      return Response.json({});
    }
    if (input.do === 'compact') {
      const all = Array.from({ length: input.to }, (_, index) => shard(index) as GraphShard);
      await Promise.all(all.map((one) => one.compact()));
      return Response.json({});
    }
    if (input.do === 'paths' || input.do === 'recursive') {
      const mine = startsOn(input.from, input.to, input.size);
      return Response.json({ asked: mine.length, found: await (shard(input.from) as GraphShard)[input.do](mine) });
    }
    const graph = graphOf(deps, input.tenant);
    if (input.do === 'ask') return Response.json(await ask(graph, input));
    return Response.json(await fill(graph, partsOf(input), input.from));
  },
} satisfies ExportedHandler<Env>;

async function fill(graph: TenantGraph, parts: Iterable<Part>, page: number) {
  let waiting: Part = { nodes: [], edges: [] };
  const sum = { nodes: 0, edges: 0, rowsWritten: 0 };
  const handOn = async () => {
    // pages of one sync are read one after the other, each at a time of its own
    const { rowsWritten } = await graph.applyPage({ ...waiting, asOf: AS_OF + page, by: BY, evaluate: false });
    sum.nodes += waiting.nodes.length;
    sum.edges += waiting.edges.length;
    sum.rowsWritten += rowsWritten;
    waiting = { nodes: [], edges: [] };
  };
  for (const { nodes, edges } of parts) {
    for (const node of nodes) waiting.nodes.push(node);
    for (const edge of edges) {
      waiting.edges.push(edge);
      if (waiting.edges.length >= FLUSH_EDGES) await handOn();
    }
    if (waiting.nodes.length >= FLUSH_OBJECTS) await handOn();
  }
  if (waiting.nodes.length + waiting.edges.length > 0) await handOn();
  return sum;
}

function partsOf({ do: what, from, to, size }: Input): Iterable<Part> {
  if (what === 'structure') return structure(size);
  if (what === 'people') return people(from, to, size);
  if (what === 'random') return randomMemberships(from, to, size);
  return memberships(from, to, size);
}

function* people(from: number, to: number, size: OrgSize): Generator<Part> {
  for (let n = from; n < to; n++) {
    const { nodes, edges } = person(n);
    yield { nodes, edges: [...edges, ...directAssignment(n, size)] };
  }
}

const accounts = new Map<number, string>();

function accountNumber(n: number): string {
  const known = accounts.get(n) ?? accountOf(n);
  accounts.set(n, known);
  return known;
}

function* memberships(from: number, to: number, size: OrgSize): Generator<Part> {
  for (let n = from; n < to; n++) {
    const group = groupOf(n);
    const edges = membersOf(n, size).map(
      (member): GraphEdge => ({ from: accountNumber(member), kind: 'MEMBER_OF', to: group, attributes: {} }),
    );
    yield { nodes: [], edges };
  }
}

/** The same memberships in no order at all. */
function* randomMemberships(from: number, to: number, size: OrgSize): Generator<Part> {
  const pairs: [number, number][] = [];
  for (let n = from; n < to; n++) for (const member of membersOf(n, size)) pairs.push([member, n]);
  const random = randomFrom(3);
  for (let at = pairs.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    const [a, b] = [pairs[at], pairs[other]];
    if (a && b) [pairs[at], pairs[other]] = [b, a];
  }
  for (const [member, n] of pairs) {
    const edge: GraphEdge = { from: accountNumber(member), kind: 'MEMBER_OF', to: groupOf(n), attributes: {} };
    yield { nodes: [], edges: [edge] };
  }
}

async function ask(graph: TenantGraph, { question, from, size }: Input): Promise<unknown> {
  if (question === 'reachableBy') {
    const targets = [ORG.id, groupOf(size.groups - 1), appOf(from % size.apps), groupOf(from % size.groups)];
    const found = await graph.reachableBy({ to: targets[from % targets.length] ?? ORG.id, limit: 50 });
    return { total: found.counts.total };
  }
  const start = identityOf(startOf(from, size));
  if (question === 'blastRadius') return { apps: (await graph.blastRadius(start))?.apps ?? null };
  const path = await graph.path(start);
  return { start, length: path === null ? null : path.length - 1 };
}
