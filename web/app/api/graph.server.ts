import { z } from 'zod';
import type { Api, Query } from './client.server';
import { nodeRef, provenance } from './nodes.server';
import { count, maybe, pageOf } from './shapes.server';

const truncated = z.boolean().default(false);
const named = z.object({ id: z.string(), name: z.string() });

const step = z.object({
  node: nodeRef,
  edge: maybe(z.string()),
  explanation: maybe(z.string()),
  remediation: maybe(z.string()),
});
const steps = z.array(step);
export type PathStep = z.output<typeof step>;

const paths = z.object({
  from: nodeRef,
  to: maybe(nodeRef),
  path: maybe(steps),
  /** All that were asked for, the shortest first; each bare or in an object of its own. */
  paths: maybe(z.array(z.union([steps, z.object({ steps }).transform((path) => path.steps)]))),
  truncated,
});

const edgeFact = z.object({
  from: nodeRef,
  to: nodeRef,
  kind: z.string(),
  since: z.string(),
  by: provenance,
});
export type EdgeFact = z.output<typeof edgeFact>;
export interface EdgeRef {
  from: string;
  kind: string;
  to: string;
}

const lookup = z.object({ nodes: z.array(maybe(nodeRef)), edges: z.array(maybe(edgeFact)) });

const wayStep = z.object({ edge: z.string(), to: nodeRef });

const exposed = z.object({
  identities: count,
  truncated,
  data: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      login: maybe(z.string()),
      status: maybe(z.string()),
      tier: maybe(z.string()),
      factors: z.string(),
      how: z.array(wayStep),
    }),
  ),
});
export type ExposedPerson = z.output<typeof exposed>['data'][number];

const reachableBy = pageOf(
  z.object({
    id: z.string(),
    name: z.string(),
    login: maybe(z.string()),
    status: maybe(z.string()),
    tier: maybe(z.string()),
    how: z.array(wayStep),
  }),
).extend({ counts: z.object({ total: count, global_admin: count, admin: count, none: count }), truncated });
export type ReachableBy = z.output<typeof reachableBy>;

const radius = z.object({
  node: nodeRef,
  apps: count,
  groups: count,
  roles: count,
  kinds: z.array(
    z.object({
      kind: z.string(),
      count,
      byCriticality: z.record(z.string(), z.number()),
      first: z.array(named.extend({ criticality: z.string() })),
    }),
  ),
  truncated,
});
export type BlastRadius = z.output<typeof radius>;

const formerRef = z.object({ id: z.string(), kind: maybe(z.string()), name: maybe(z.string()) });
const change = z.object({
  at: z.string(),
  change: z.string(),
  kind: z.string(),
  by: provenance,
  node: maybe(formerRef),
  edge: maybe(z.object({ from: formerRef, to: formerRef })),
});
export type GraphChange = z.output<typeof change>;

const chokePoints = z.object({
  identities: count,
  truncated,
  data: z.array(z.object({ from: nodeRef, to: nodeRef, edgeKind: z.string(), cuts: count })),
});
export type ChokePoints = z.output<typeof chokePoints>;
export type ChokePoint = ChokePoints['data'][number];

const since = { since: z.string(), by: provenance };
const access = z.object({
  identity: nodeRef,
  app: nodeRef,
  effective: z.boolean(),
  whyNot: z.array(z.string()),
  accounts: z.array(z.object({ id: z.string(), name: z.string(), status: maybe(z.string()), canSignIn: z.boolean() })),
  ways: z.array(
    z.object({
      how: z.string(),
      via: maybe(nodeRef),
      live: z.boolean(),
      canSignIn: z.boolean(),
      ...since,
      steps: z.array(
        z.object({
          edge: z.string(),
          from: z.string(),
          to: nodeRef,
          ...since,
          rules: z.array(z.object({ rule: nodeRef, ...since })).default([]),
        }),
      ),
    }),
  ),
  appAccounts: z.array(
    z.object({ account: z.string(), status: z.string(), scope: z.string(), userName: maybe(z.string()), ...since }),
  ),
  truncated,
});
export type Access = z.output<typeof access>;

const whatIf = z.object({
  tierZero: z.object({ count, first: z.array(named) }),
  apps: z.object({
    identities: count,
    lost: count,
    first: z.array(named.extend({ count, apps: z.array(named) })),
  }),
  crownJewels: z.array(named.extend({ count, first: z.array(named) })).default([]),
  scores: z
    .object({
      changed: count,
      first: z.array(
        z.object({
          detection: z.string(),
          subject: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
          identityId: maybe(z.string()),
          before: z.number(),
          after: z.number(),
          issueId: z.string(),
          title: maybe(z.string()),
        }),
      ),
    })
    .default({ changed: 0, first: [] }),
  verdicts: z.object({
    changed: count,
    resolved: count,
    opened: count,
    first: z.array(
      z.object({
        detection: z.string(),
        subject: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
        identityId: maybe(z.string()),
        before: z.string(),
        after: z.string(),
        issueId: maybe(z.string()),
        issue: maybe(z.object({ title: z.string(), status: z.string(), priority: z.number() })),
      }),
    ),
  }),
  truncated,
});
export type WhatIf = z.output<typeof whatIf>;

export type Removal = { kind: 'edge'; from: string; to: string; edgeKind: string } | { kind: 'node'; id: string };

const edgeKind = z.object({
  kind: z.string(),
  meaning: maybe(z.string()),
  explanation: maybe(z.string()),
  remediation: maybe(z.string()),
  /** Told from role assignments, never stored. */
  derived: z.boolean().default(false),
  /** How a path may use it: `through`, `last` or `no`. */
  walk: z.string().default('no'),
});
export type EdgeKindInfo = z.output<typeof edgeKind>;

export const askPaths = (api: Api, query: Query) => api.ask('GET', '/graph/paths', paths, { query });
export const askExposed = (api: Api, query: Query) => api.ask('GET', '/graph/exposed', exposed, { query });
export const askReachableBy = (api: Api, query: Query) => api.ask('GET', '/graph/reachable-by', reachableBy, { query });
export const askBlastRadius = (api: Api, query: Query) => api.ask('GET', '/graph/blast-radius', radius, { query });
export const askChanges = (api: Api, query: Query) => api.ask('GET', '/graph/changes', pageOf(change), { query });
export const askChokePoints = (api: Api, query: Query) => api.ask('GET', '/graph/choke-points', chokePoints, { query });
export const askAccess = (api: Api, query: Query) => api.ask('GET', '/graph/access', access, { query });
export const askWhatIf = (api: Api, remove: Removal[]) =>
  api.ask('POST', '/graph/what-if', whatIf, { body: { remove } });
export const askLookup = (api: Api, nodes: string[], edges: EdgeRef[], asOf?: string) =>
  api.ask('POST', '/graph/lookup', lookup, { query: { asOf }, body: { nodes, edges } });
export const askRevision = (api: Api) => api.ask('GET', '/graph/revision', z.object({ revision: z.string() }));

/** What each kind of edge means to an attacker, by kind; empty where the API does not tell. */
export async function edgeKinds(api: Api): Promise<Record<string, EdgeKindInfo>> {
  const told = await api.ask('GET', '/graph/edge-kinds', z.object({ data: z.array(edgeKind) }));
  return told.ok ? Object.fromEntries(told.value.data.map((one) => [one.kind, one])) : {};
}
