import { z } from 'zod';
import { type GraphNode, type NodeKind, nodeId } from '../../../graph/model.ts';
import { objectOfOrn } from './resource-sets.ts';
import { addendum, edgeOf, href, idField, idOfHref, nodeOf, type Owned, sorted, text, textList } from './thing.ts';

/*
 * What an AI agent may connect to (beta of `/workload-principals/api/v1/ai-agents/{id}/connections`; shapes of Okta's
 * SDKs): an authorization server, an app, another agent, or a service account or secret that Okta Privileged Access
 * keeps for it.
 */

/** The other end, as each type of connection embeds it. */
const otherEnd = z
  .object({
    orn: text,
    name: text,
    appInstanceId: text,
    _links: z.object({ self: href }).nullish().catch(null),
  })
  .nullish()
  .catch(null);

const connectionSchema = z.object({
  id: idField,
  connectionType: text,
  status: text,
  resourceIndicator: text,
  scopeCondition: text,
  scopes: textList,
  app: otherEnd,
  authorizationServer: otherEnd,
  serviceAccount: otherEnd,
  secret: otherEnd,
  resource: otherEnd,
});

type Row = z.infer<typeof connectionSchema>;
type End = Row['app'];

/** What a connection leads to: an object of the source, or a secret that is kept beyond it. */
type Target = { kind: NodeKind; id: string } | { secret: string; name: string };

export interface Connection
  extends Pick<Row, 'id' | 'connectionType' | 'status' | 'resourceIndicator' | 'scopeCondition' | 'scopes'> {
  targets: Target[];
}

/** What an AI agent may reach, and with which scopes; null when it cannot be read. */
export function connectionOf(raw: unknown): Connection | null {
  const parsed = connectionSchema.safeParse(raw);
  if (!parsed.success) return null;
  const { id, connectionType, status, resourceIndicator, scopeCondition, scopes } = parsed.data;
  return {
    ...{ id, connectionType, status, resourceIndicator, scopeCondition },
    scopes: sorted(scopes),
    targets: targetsOf(parsed.data),
  };
}

/** ORNs of service accounts and agents, with the id at their end. */
const SERVICE_ACCOUNT = /^orn:(?:.*:)?service_accounts:([^:]+)$/;
const AGENT = /^orn:(?:.*:)?(?:ai-agents|resource-servers:a2a):([^:]+)$/;

function namedBy(orn: string | null | undefined): Target[] {
  if (!orn) return [];
  const account = SERVICE_ACCOUNT.exec(orn)?.[1];
  if (account) return [{ kind: 'service_account', id: account }];
  const agent = AGENT.exec(orn)?.[1];
  if (agent) return [{ kind: 'ai_agent', id: agent }];
  const object = objectOfOrn(orn);
  return object?.kind === 'app' || object?.kind === 'authorization_server' ? [object] : [];
}

function targetsOf(row: Row): Target[] {
  const { app, authorizationServer, serviceAccount, secret, resource, resourceIndicator } = row;
  const instance = resource?.appInstanceId;
  const found: Target[] = [
    ...namedBy(app?.orn),
    ...namedBy(serviceAccount?.orn),
    ...serverOf(authorizationServer),
    ...(instance ? [{ kind: 'app' as const, id: instance }] : namedBy(resource?.orn)),
  ];
  if (secret) {
    const name = secret.name ?? secret.orn ?? row.id;
    found.push({ secret: secret.orn ?? resourceIndicator ?? row.id, name });
  }
  // the indicator repeats the ORN of the other end; where nothing is embedded it is all there is
  return found.length > 0 ? found : namedBy(resourceIndicator);
}

/** By its ORN; by its address where the ORN is of another form. */
function serverOf(server: End): Target[] {
  const named = namedBy(server?.orn);
  const id = idOfHref(server?._links?.self);
  return named.length > 0 || id === null ? named : [{ kind: 'authorization_server', id }];
}

/** Whether tokens are given for it: one without a status is taken to be in use. */
const isLive = ({ status }: Connection) => status === null || status === 'ACTIVE';

/** An agent with all of its connections, and the edges to where those that are in use lead. */
export function connectionsPart(sourceId: string, agentId: string, connections: readonly Connection[]) {
  const all = [...connections].sort((a, b) => (a.id < b.id ? -1 : 1));
  const agent = addendum('ai_agent', sourceId, agentId, {
    connections: all.slice(0, MAX_CONNECTIONS).map(({ targets, ...told }) => told),
  });
  const secrets: GraphNode[] = [];
  const ends = new Map<string, { types: string[]; scopes: string[] }>();
  for (const connection of all.filter(isLive)) {
    for (const target of connection.targets) {
      let to: string;
      if ('secret' in target) {
        const node = secretNode(sourceId, target);
        secrets.push(node);
        to = node.id;
      } else to = nodeId(target.kind, sourceId, target.id);
      const known = ends.get(to) ?? { types: [], scopes: [] };
      known.types.push(connection.connectionType ?? 'UNKNOWN');
      known.scopes.push(...connection.scopes);
      ends.set(to, known);
    }
  }
  const edges = [...ends]
    .filter(([to]) => to !== agent.id)
    .map(([to, { types, scopes }]) =>
      edgeOf(agent.id, 'CONNECTS_TO', to, { types: sorted(types), scopes: sorted(scopes) }),
    );
  const owns: Owned[] = [{ kind: 'CONNECTS_TO', end: 'from', at: agent.id }];
  return { nodes: [agent, ...secrets], edges, owns };
}

/** A secret in the vault of Okta Privileged Access: what it opens is not known here. */
function secretNode(sourceId: string, { secret, name }: Extract<Target, { secret: string }>): GraphNode {
  const nativeId = `VaultedSecret/${secret.slice(0, 150)}`;
  return nodeOf('external', sourceId, nativeId, name, { externalKind: 'VaultedSecret', connected: false });
}

/** Connections that an agent carries among its attributes, which are bounded. What they lead to is drawn whole. */
const MAX_CONNECTIONS = 200;
