import type { LoaderFunctionArgs } from '@remix-run/cloudflare';
import { type Api, apiOf } from '~/api/client.server';
import { askLookup, askPaths, askReachableBy, edgeKinds, getExposed, type PathStep } from '~/api/graph.server';
import type { NodeRef } from '~/api/nodes.server';
import type { Problem } from '~/api/problem';
import { queryOf } from '~/server/query.server';
import { endOf } from './ends.server';
import { momentFrom } from './moment';
import type { ToldStep } from './path-steps';

/** People shown of those with a way to tier zero. */
const SHOWN_PEOPLE = 50;
/** Paths shown of those between two nodes. */
const SHOWN_PATHS = 10;
/** Edges that one look-up takes. */
const MAX_EDGES = 200;

export async function loadPaths(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const query = queryOf(args.request, ['from', 'to', 'asOf'] as const);
  const asOf = momentFrom(query.asOf);
  const [from, to] = await Promise.all([endOf(api, query.from), endOf(api, query.to)]);
  const asked = from.node !== null && (to.text === '' || to.node !== null);
  const [exposed, reachable, answer] = await Promise.all([
    from.text === '' && to.text === '' ? getExposed(api, SHOWN_PEOPLE) : null,
    from.text === '' && to.node !== null ? askReachableBy(api, { to: to.node.id, limit: SHOWN_PEOPLE }) : null,
    asked && from.node !== null ? answerOf(api, from.node.id, to.node?.id, asOf) : null,
  ]);
  return {
    asOf,
    // the answer knows what the ends were called at that moment
    from: { ...from, node: answer?.from ?? from.node },
    to: { ...to, node: answer?.to ?? to.node },
    exposed,
    reachable,
    answer,
  };
}

interface Answer {
  from: NodeRef | null;
  to: NodeRef | null;
  paths: ToldStep[][];
  problem: Problem | null;
}

async function answerOf(api: Api, from: string, to: string | undefined, asOf: string | null): Promise<Answer> {
  const found = await askPaths(api, { from, to, asOf, all: 'true', limit: SHOWN_PATHS });
  if (!found.ok) return { from: null, to: null, paths: [], problem: found.problem };
  const { path, paths } = found.value;
  const all = paths === null || paths.length === 0 ? (path === null ? [] : [path]) : paths;
  return { from: found.value.from, to: found.value.to, paths: await toldSteps(api, all, asOf), problem: null };
}

/** Paths with what is known of their edges: since when, by what, and what they mean. */
export async function toldSteps(api: Api, paths: PathStep[][], asOf: string | null): Promise<ToldStep[][]> {
  const edges = new Map(
    paths.flatMap((path) =>
      path.flatMap(({ node, edge }, place) => {
        const to = path[place + 1]?.node.id;
        if (edge === null || to === undefined) return [];
        return [[keyOf(node.id, edge, to), { from: node.id, kind: edge, to }] as const];
      }),
    ),
  );
  const wanted = [...edges].slice(0, MAX_EDGES);
  const [facts, kinds] = await Promise.all([
    askLookup(
      api,
      [],
      wanted.map(([, edge]) => edge),
      asOf ?? undefined,
    ),
    edgeKinds(api),
  ]);
  const factOf = new Map(wanted.map(([key], place) => [key, facts.ok ? (facts.value.edges[place] ?? null) : null]));
  return paths.map((path) =>
    path.map((step, place) => {
      const { node, edge } = step;
      const meaning = edge === null ? undefined : kinds[edge];
      return {
        ...step,
        explanation: step.explanation ?? meaning?.explanation ?? meaning?.meaning ?? null,
        remediation: step.remediation ?? meaning?.remediation ?? null,
        fact: (edge !== null && factOf.get(keyOf(node.id, edge, path[place + 1]?.node.id ?? ''))) || null,
      };
    }),
  );
}

function keyOf(from: string, edge: string, to: string): string {
  return `${from} ${edge} ${to}`;
}
