import { graphOf } from '../graph/directory.ts';
import { nodeId } from '../graph/model.ts';
import type { CoverageInput, Graph } from '../graph/port.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError } from '../platform/errors.ts';
import type { DiscoveredApp } from './app.ts';
import {
  ASSESSED_AT_ONCE,
  type Assessment,
  appsToAssess,
  discoveringTenants,
  saveAssessments,
  waitingTenants,
} from './assess.repository.ts';
import { factsOf } from './consents.repository.ts';
import { managedOf } from './managed.ts';
import { riskOf } from './risk.ts';

type AssessDeps = Pick<Deps, 'env' | 'control' | 'clock' | 'evidence' | 'log'>;
type GraphReads = Pick<Graph, 'node' | 'coverage'>;
type GraphFor = (deps: AssessDeps, tenantId: string) => GraphReads;

/** Neighbours of an app looked at to find one assignment. */
const NEIGHBOURS = 50;
/** Graph nodes asked for at once. */
const PARALLEL = 10;
/** Apps of one tenant and minute; the next minute goes on. */
const MOST_A_MINUTE = 1_000;

/** The minute's job: assesses what changed. A tenant that fails waits for the next minute and holds up no other. */
export async function assessChanged(
  deps: AssessDeps & Pick<Deps, 'evidenceShards'>,
  graphFor: GraphFor = graphOf,
): Promise<number> {
  return overTenants(deps, waitingTenants, (tenantId) => assessTenant(deps, tenantId, 'waiting', graphFor));
}

/** The day's job: what time alone changes (no longer new, unused by now) and what syncs changed. */
export async function assessEverything(
  deps: AssessDeps & Pick<Deps, 'evidenceShards'>,
  graphFor: GraphFor = graphOf,
): Promise<number> {
  return overTenants(deps, discoveringTenants, (tenantId) => assessTenant(deps, tenantId, 'all', graphFor));
}

async function overTenants(
  deps: Pick<Deps, 'evidenceShards' | 'log'>,
  tenantsOf: (db: D1Database) => Promise<string[]>,
  run: (tenantId: string) => Promise<number>,
): Promise<number> {
  let written = 0;
  for (const db of deps.evidenceShards) {
    for (const tenantId of await tenantsOf(db)) {
      try {
        written += await run(tenantId);
      } catch (error) {
        deps.log.error('apps not assessed', { tenantId, ...describeError(error) });
      }
    }
  }
  return written;
}

/** Assesses the apps of a tenant that wait, or all. Writes only what comes out differently; returns the rows written. */
export async function assessTenant(
  deps: AssessDeps,
  tenantId: string,
  which: 'waiting' | 'all',
  graphFor: GraphFor = graphOf,
): Promise<number> {
  let written = 0;
  let after = '';
  for (let done = 0; which === 'all' || done < MOST_A_MINUTE; done += ASSESSED_AT_ONCE) {
    const apps = await appsToAssess(deps, tenantId, which, after);
    written += await assessApps(deps, tenantId, apps, graphFor);
    const last = apps.at(-1);
    if (!last || apps.length < ASSESSED_AT_ONCE) break;
    after = last.id;
  }
  return written;
}

/** Assesses these apps now. */
export async function assessApps(
  deps: AssessDeps,
  tenantId: string,
  apps: DiscoveredApp[],
  graphFor: GraphFor = graphOf,
): Promise<number> {
  if (apps.length === 0) return 0;
  const graph = graphFor(deps, tenantId);
  const now = deps.clock.now();
  const coverage = await graph.coverage();
  const facts = await factsOf(
    deps,
    tenantId,
    apps.map(({ id }) => id),
  );
  const assessments: Assessment[] = [];
  for (let at = 0; at < apps.length; at += PARALLEL) {
    const part = apps.slice(at, at + PARALLEL);
    const nodes = await Promise.all(part.map((app) => inGraph(graph, app)));
    for (const [index, app] of part.entries()) {
      const { users, scopes, grantedAt } = facts.get(app.id) ?? { users: 0, scopes: [], grantedAt: 0 };
      const managed = managedOf({
        app: nodes[index] ?? null,
        identified: app.keyKind === 'app',
        appsMissing: missing(coverage, app.sourceId, 'apps'),
        assignmentsMissing: missing(coverage, app.sourceId, 'assignments'),
        used: app.usedAt > 0 || scopes.length > 0,
        deletedAt: app.deletedAt,
        lastSeen: app.lastSeen,
      });
      const { catalogName, reviewedAt, ...row } = app;
      const risk = riskOf(
        {
          ...row,
          managed: managed.state,
          scopes,
          users,
          grantedAt,
          catalogName: catalogName === '' ? null : catalogName,
          reviewedAt: reviewedAt ?? 0,
        },
        now,
      );
      assessments.push({ id: app.id, revision: app.revision, managed, risk, users, scopes: scopes.length });
    }
  }
  return saveAssessments(deps, tenantId, assessments, now);
}

/** The app as the source lists it; null when it does not. */
async function inGraph(graph: GraphReads, app: DiscoveredApp) {
  if (app.keyKind !== 'app') return null;
  const found = await graph.node(nodeId('app', app.sourceId, app.nativeId), NEIGHBOURS);
  if (!found) return null;
  const { status } = found.node.attributes;
  const assigned = found.in.some(({ edge }) => edge.kind === 'ASSIGNED_TO');
  return { status: typeof status === 'string' ? status : null, assigned };
}

/** Why the source's part could not be read; null when it could, undefined when nobody tried. */
function missing(coverage: CoverageInput[], sourceId: string, need: CoverageInput['need']): string | null | undefined {
  return coverage.find((one) => one.sourceId === sourceId && one.need === need)?.reason;
}
