import { automations, integrations, OPERATOR_TENANT, oauthKeys, sources } from '../../db/control/schema.ts';
import { objectKey } from '../archive/write.ts';
import { POSTERN } from '../auth/principal.ts';
import { seedTenant } from '../auth/test-app.ts';
import { createToken } from '../auth/tokens.repository.ts';
import { graphOf } from '../graph/directory.ts';
import { type GraphEdge, type GraphNode, type NodeKind, nodeId } from '../graph/model.ts';
import { DAY, iso } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { newCheckpoint } from '../tail/backfill.ts';

export const ROLES_IN_TENANT = ['super_admin', 'issue_responder', 'source_admin', 'viewer'] as const;

/** Tests only: an operator's API token, which may do everything. */
export async function operatorToken(deps: Deps): Promise<string> {
  const made = await createToken(deps, OPERATOR_TENANT, POSTERN, { name: 'op', role: 'operator', expiresAt: null });
  return made.token;
}

/** Tests only: a tenant with one of each thing that has an id, by the path segment under which the API shows it. */
export async function seedOneOfEach(deps: Deps) {
  const tenant = await seedTenant(deps, [...ROLES_IN_TENANT]);
  const { tenantId } = tenant;
  const unique = crypto.randomUUID().slice(0, 8);
  const now = deps.clock.now();
  const own = (prefix: string) => `${prefix}_${unique}`;
  const key = (prefix: string) => ({ tenantId, id: own(prefix) });
  const token = await createToken(deps, tenantId, POSTERN, { name: 'seed', role: 'viewer', expiresAt: null });

  await deps.control.insert(sources).values({
    ...key('src'),
    kind: 'okta',
    name: `Source ${unique}`,
    baseUrl: 'https://acme.okta.com',
    mode: 'hybrid',
    authType: 'ssws',
    sealedCredential: 'sealed',
    createdAt: now,
  });
  await deps.control.insert(integrations).values({
    ...key('int'),
    kind: 'webhook',
    name: `Integration ${unique}`,
    url: 'https://hooks.example.com/x',
    sealedSigningSecret: 'sealed',
    createdAt: now,
  });
  await deps.control.insert(automations).values({
    ...key('atm'),
    integrationId: own('int'),
    name: `Automation ${unique}`,
    createdAt: now,
  });

  await deps.control.insert(oauthKeys).values({
    ...key('key'),
    sourceId: own('src'),
    publicJwk: { kty: 'RSA', kid: unique },
    createdAt: now,
    expiresAt: now + 1_000_000,
  });
  // a day of its own: what another tenant archived on the same day is not this one's
  const archivedDay = iso(Math.floor(Math.random() * 15_000) * DAY).slice(0, 10);
  await deps.archive?.put(objectKey(tenantId, archivedDay, own('obj')), 'seed');

  const reach = { apps: 0, groups: 0, roles: 0, pathToTierZero: null };
  const graph = await seedGraph(deps, tenantId, own('src'), unique);
  const insert = (table: string, row: Record<string, string | number | null>) => {
    const columns = Object.keys(row);
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
    return deps
      .evidence(tenantId)
      .prepare(sql)
      .bind(...Object.values(row));
  };
  const base = (prefix: string) => ({ tenant_id: tenantId, id: own(prefix) });
  const payload = JSON.stringify({ v: 1, tenantId, sourceId: own('src'), channel: 'event_hook', events: [] });
  await deps.evidence(tenantId).batch([
    insert('events', {
      ...base('evt'),
      source_id: own('src'),
      uuid: unique,
      type: 'user.session.start',
      published_at: now,
      stored_at: now,
      channels: 1,
      delivery_id: own('inb'),
      targets: '[]',
      body: '{}',
    }),
    insert('inbox', {
      ...base('inb'),
      source_id: own('src'),
      channel: 'event_hook',
      received_at: now,
      status: 'processed',
      processed_at: now,
    }),
    insert('dead_letters', {
      ...base('ded'),
      source_id: own('src'),
      queue: 'inbox',
      channel: 'event_hook',
      reason: 'event.no_uuid',
      detail: 'The event has no uuid.',
      payload,
      created_at: now,
    }),
    insert('dead_letter_jobs', {
      ...base('djb'),
      kind: 'replay',
      filter: '{}',
      status: 'running',
      matched: 1,
      requested_by: '{"name":"seed"}',
      created_at: now,
    }),
    insert('remediations', {
      ...base('rmd'),
      source_id: own('src'),
      action: 'revoke_sessions',
      status: 'done',
      request: JSON.stringify({ action: 'revoke_sessions', account: graph.account }),
      confirm: 'seed',
      digest: 'seed',
      plan: JSON.stringify({
        action: 'revoke_sessions',
        title: 'End all sessions',
        source: { id: own('src'), name: 'seed' },
        subject: { id: graph.account, kind: 'account', nativeId: 'seed', name: 'seed' },
        object: null,
        ownerId: null,
        confirm: 'seed',
        calls: [],
        refusals: [],
        warnings: [],
        effects: {
          known: true,
          reach: null,
          tierZero: { count: 0, first: [] },
          apps: { identities: 0, lost: 0, first: [] },
          issues: { resolved: 0, opened: 0, resolves: [], opens: [], priority: 0 },
          truncated: false,
        },
      }),
      requested_by: JSON.stringify({
        kind: 'system',
        id: 'postern',
        name: 'seed',
        role: 'super_admin',
        sourceIds: null,
      }),
      created_at: now,
      expires_at: now,
      confirmed_at: now,
      ended_at: now,
    }),
    insert('archive_objects', { ...base('obj'), day: archivedDay, events: 1, bytes: 4, created_at: now }),
    insert('sync_runs', { ...base('syn'), source_id: own('src'), kind: 'full', status: 'held', started_at: now }),
    insert('backfills', {
      ...base('bkf'),
      source_id: own('src'),
      status: 'succeeded',
      since: now - 1_000,
      until: now,
      windows_done: 1,
      windows_total: 1,
      started_at: now,
      ended_at: now,
      checkpoint: JSON.stringify(newCheckpoint(now)),
      alive_until: now,
    }),
    insert('discovered_apps', {
      ...base('dap'),
      source_id: own('src'),
      app_key: `key-${unique}`,
      key_kind: 'app',
      native_id: `key-${unique}`,
      first_seen: now,
    }),
    insert('issues', {
      ...base('iss'),
      detection: 'no-mfa-admin',
      title: `Issue ${unique}`,
      severity: 'high',
      status: 'open',
      priority: 70,
      priority_factors: '[]',
      subject_kind: 'account',
      subject_id: graph.account,
      subject_source: own('src'),
      subject_native_id: 'native',
      subject_name: 'Ann Account',
      identity_id: graph.identity,
      evidence: JSON.stringify({ facts: {}, eventIds: [own('evt')], reach }),
      opened_at: now,
      updated_at: now,
      change_seq: 1,
    }),
    insert('deliveries', {
      ...base('dlv'),
      integration_id: own('int'),
      automation_id: own('atm'),
      issue_id: own('iss'),
      change: 'opened',
      status: 'dead',
      created_at: now,
      body: '{}',
    }),
  ]);

  /** Path segment → the id that stands behind it; `segment:param` for a second one. */
  const ids: Record<string, string> = {
    users: tenant.adminId,
    tokens: token.row.id,
    sources: own('src'),
    'sources:runId': own('syn'),
    'sources:backfillId': own('bkf'),
    discovery: own('dap'),
    events: own('evt'),
    inbox: own('inb'),
    'dead-letters': own('ded'),
    'dead-letters:jobId': own('djb'),
    'sources:keyId': own('key'),
    'archive:day': archivedDay,
    remediations: own('rmd'),
    issues: own('iss'),
    integrations: own('int'),
    automations: own('atm'),
    deliveries: own('dlv'),
    tenants: tenantId,
    identities: graph.identity,
    accounts: graph.account,
    groups: graph.group,
    apps: graph.app,
    roles: graph.role,
    credentials: graph.credential,
    resources: graph.policy,
  };
  return { ...tenant, ids };
}

async function seedGraph(deps: Deps, tenantId: string, sourceId: string, unique: string) {
  const node = (kind: NodeKind, attributes: Record<string, unknown> = {}): GraphNode => {
    const nativeId = `${kind}-${unique}`;
    return { id: nodeId(kind, sourceId, nativeId), kind, sourceId, nativeId, name: nativeId, attributes };
  };
  const nodes = {
    identity: node('identity'),
    account: node('account', { status: 'ACTIVE', login: `${unique}@example.com`, hasPassword: true }),
    group: node('group'),
    app: node('app'),
    role: node('role', { type: 'SUPER_ADMIN' }),
    credential: node('credential', { type: 'api_token', status: 'ACTIVE' }),
    policy: node('policy', { type: 'PASSWORD', status: 'ACTIVE' }),
  };
  const edge = (from: GraphNode, kind: GraphEdge['kind'], to: GraphNode): GraphEdge => ({
    from: from.id,
    to: to.id,
    kind,
    attributes: {},
  });
  await graphOf(deps, tenantId).applyPage({
    nodes: Object.values(nodes),
    edges: [
      edge(nodes.identity, 'HAS_ACCOUNT', nodes.account),
      edge(nodes.account, 'MEMBER_OF', nodes.group),
      edge(nodes.group, 'ASSIGNED_TO', nodes.app),
      edge(nodes.account, 'HOLDS_ROLE', nodes.role),
    ],
    asOf: deps.clock.now(),
    by: { kind: 'sync', id: `syn_${unique}` },
    evaluate: false,
  });
  return {
    identity: nodes.identity.id,
    account: nodes.account.id,
    group: nodes.group.id,
    app: nodes.app.id,
    role: nodes.role.id,
    credential: nodes.credential.id,
    policy: nodes.policy.id,
  };
}
