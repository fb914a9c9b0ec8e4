import { z } from 'zod';
import { nodeId } from '../../../graph/model.ts';
import { parseTime } from '../../../platform/clock.ts';
import { type Mapped, read } from '../read-object.ts';
import { externalNode } from './externals.ts';
import { anything, edgeOf, flag, idField, idOfHref, nodeOf, type Thing, text, toDay } from './thing.ts';

/** Okta tells this one as epoch milliseconds; elsewhere times are text. */
const moment = z
  .union([z.number(), z.string().transform(parseTime)])
  .nullish()
  .catch(null)
  .default(null);

const agentSchema = z.object({
  id: idField,
  name: text,
  version: text,
  operationalStatus: text,
  state: text,
  lastConnection: moment,
  isLatestGAedVersion: flag,
});

const poolSchema = z.object({
  id: idField,
  name: text,
  type: text,
  operationalStatus: text,
  appId: text,
  // documented as a list, shown in Okta's own example as one object
  agents: z
    .union([z.array(z.unknown()), z.looseObject({}).transform((one): unknown[] => [one])])
    .nullish()
    .catch(null),
  _links: anything,
});

/**
 * A pool of directory agents with its agents, the app that it serves, and the computers that they run on: whoever owns
 * such a computer speaks to Okta as the directory.
 */
export function mapAgentPool(sourceId: string, raw: unknown): Mapped<Thing & { agents: string[] }> {
  return read(poolSchema, raw, (pool) => {
    const agents = (pool.agents ?? []).flatMap((agent) => {
      const parsed = agentSchema.safeParse(agent);
      return parsed.success ? [parsed.data] : [];
    });
    const appId = pool.appId ?? linkedApp(pool._links) ?? (pool.id.startsWith('0oa') ? pool.id : null);
    const node = nodeOf('agent_pool', sourceId, pool.id, pool.name, {
      type: pool.type,
      status: pool.operationalStatus,
      operationalStatus: pool.operationalStatus,
      appId,
    });
    const thing: Thing & { agents: string[] } = {
      id: pool.id,
      agents: agents.map((agent) => agent.id),
      nodes: [node],
      edges: appId === null ? [] : [edgeOf(node.id, 'AGENT_POOL_FOR', nodeId('app', sourceId, appId))],
      owns: [
        { kind: 'AGENT_POOL_FOR', end: 'from', at: node.id },
        { kind: 'AGENT_MEMBER_OF', end: 'to', at: node.id },
      ],
    };
    for (const agent of agents) {
      const host = agent.name;
      const own = nodeOf('agent', sourceId, agent.id, agent.name, {
        type: pool.type,
        status: agent.operationalStatus ?? agent.state,
        operationalStatus: agent.operationalStatus,
        poolId: pool.id,
        version: agent.version,
        latest: agent.isLatestGAedVersion,
        hostName: host,
        // of a running agent it moves every few seconds: the day tells what matters
        lastConnection: toDay(agent.lastConnection),
      });
      thing.nodes.push(own);
      thing.edges.push(edgeOf(own.id, 'AGENT_MEMBER_OF', node.id));
      thing.owns.push({ kind: 'HOSTS_AGENT', end: 'to', at: own.id });
      if (host === null) continue;
      const computer = externalNode(sourceId, 'ADComputer', host);
      thing.nodes.push(computer);
      thing.edges.push(edgeOf(computer.id, 'HOSTS_AGENT', own.id));
    }
    return thing;
  });
}

function linkedApp(links: Record<string, unknown> | null): string | null {
  const app = links?.app ?? links?.application;
  if (typeof app !== 'object' || app === null || !('href' in app) || typeof app.href !== 'string') return null;
  return idOfHref({ href: app.href });
}
