import { z } from 'zod';
import { type GraphEdge, nodeId } from '../../../graph/model.ts';
import { type Mapped, read } from '../read-object.ts';
import { edgeOf, idField, nodeOf, type Owned, partly, sorted, type Thing, text, textList, time } from './thing.ts';

const apiServiceSchema = z.object({
  id: idField,
  type: text,
  name: text,
  grantedScopes: textList,
  createdBy: text,
  createdAt: time,
  created: time,
});

/** An installed API service integration, which acts on its own with the scopes it was granted. */
export function mapApiService(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(apiServiceSchema, raw, (service) => {
    const node = nodeOf('api_service', sourceId, service.id, service.name, {
      type: service.type,
      name: service.name,
      grantedScopes: sorted(service.grantedScopes),
      createdBy: service.createdBy,
      created: service.createdAt ?? service.created,
    });
    const by = service.createdBy === null ? [] : [nodeId('account', sourceId, service.createdBy)];
    return {
      id: service.id,
      nodes: [node],
      edges: by.map((account) => edgeOf(account, 'CREATOR_OF', node.id)),
      owns: [{ kind: 'CREATOR_OF', end: 'to', at: node.id }],
    };
  });
}

const serviceAccountSchema = z.object({
  id: idField,
  name: text,
  username: text,
  status: text,
  statusDetail: text,
  oktaUserId: text,
  containerOrn: text,
  containerGlobalName: text,
  ownerUserIds: textList,
  ownerGroupIds: textList,
  created: time,
});

/** Details in which nobody keeps the account's secret for it. */
const UNMANAGED: ReadonlySet<string> = new Set(['UNMANAGED', 'STAGED', 'MISSING_PASSWORD', 'CREATION_FAILED']);

function serviceAccount(sourceId: string, type: 'app' | 'okta', raw: unknown): Mapped<Thing> {
  return read(serviceAccountSchema, raw, (account) => {
    const owners = { users: sorted(account.ownerUserIds), groups: sorted(account.ownerGroupIds) };
    const node = nodeOf('service_account', sourceId, account.id, account.name ?? account.username, {
      type,
      username: account.username,
      status: account.status,
      statusDetail: account.statusDetail,
      appId: account.containerOrn?.split(':').pop() ?? null,
      catalogName: account.containerGlobalName,
      oktaUserId: account.oktaUserId,
      ownerUserIds: owners.users,
      ownerGroupIds: owners.groups,
      managed: account.statusDetail === null ? null : !UNMANAGED.has(account.statusDetail),
      created: account.created,
    });
    return { id: account.id, nodes: [node], ...owned(sourceId, node.id, owners) };
  });
}

/** An account of an app that people share. */
export function mapAppServiceAccount(sourceId: string, raw: unknown): Mapped<Thing> {
  return serviceAccount(sourceId, 'app', raw);
}

/** A user of the org that is marked as a service account. */
export function mapOktaServiceAccount(sourceId: string, raw: unknown): Mapped<Thing> {
  return serviceAccount(sourceId, 'okta', raw);
}

function owned(
  sourceId: string,
  at: string,
  owners: { users: string[]; groups: string[] },
): { edges: GraphEdge[]; owns: Owned[] } {
  const ids = [
    ...owners.users.map((id) => nodeId('account', sourceId, id)),
    ...owners.groups.map((id) => nodeId('group', sourceId, id)),
  ];
  return { edges: ids.map((id) => edgeOf(id, 'OWNER_OF', at)), owns: [{ kind: 'OWNER_OF', end: 'to', at }] };
}

const ownerRef = z.union([z.string(), z.object({ id: idField }).transform(({ id }) => id)]);

const agentSchema = z.object({
  id: idField,
  status: text,
  appId: text,
  created: time,
  profile: z.object({ name: text, description: text }).nullish().catch(null),
  owners: z.array(ownerRef).nullish().catch(null),
});

/** An AI agent. What it may connect to is read apart; its owners only where Okta sends them along. */
export function mapAiAgent(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(agentSchema, raw, (agent) => {
    const owners = sorted(agent.owners ?? []);
    const name = agent.profile?.name ?? null;
    const node = partly(
      nodeOf('ai_agent', sourceId, agent.id, name, {
        status: agent.status,
        appId: agent.appId,
        description: agent.profile?.description ?? null,
        created: agent.created,
        ...(agent.owners ? { owners } : {}),
      }),
    );
    const users = owners.filter((id) => id.startsWith('00u'));
    const groups = owners.filter((id) => id.startsWith('00g'));
    const ties = agent.owners ? owned(sourceId, node.id, { users, groups }) : { edges: [], owns: [] };
    return { id: agent.id, nodes: [node], ...ties };
  });
}
