import type { OpenAPIHono } from '@hono/zod-openapi';
import { version } from '../../package.json';
import { type ApiEnv, checkOf } from '../platform/http/router.ts';

export const API_PREFIX = '/api/v1';

/** One tag a first path segment, so that the document groups itself; in the order of the page. */
export const TAGS: Record<string, { name: string; description: string }> = {
  session: { name: 'Session', description: 'Log in, log out, who am I.' },
  sources: { name: 'Sources', description: 'Okta orgs: connection, syncs, ingest secrets, health.' },
  events: { name: 'Events', description: 'Canonical events, each stored once however it came.' },
  'event-types': { name: 'Events', description: 'Canonical events, each stored once however it came.' },
  inbox: { name: 'Inbox', description: 'Deliveries of events and what became of them.' },
  archive: { name: 'Archive', description: 'Raw events in object storage: settings, days, export.' },
  'dead-letters': { name: 'Dead letters', description: 'What could not be processed: replay or discard.' },
  identities: { name: 'Identities', description: 'People and machines, their accounts and what they reach.' },
  accounts: { name: 'Accounts', description: 'Accounts in the sources.' },
  groups: { name: 'Groups', description: 'Groups and who is in them.' },
  apps: { name: 'Apps', description: 'Applications and who is assigned.' },
  roles: { name: 'Roles', description: 'Admin roles and who holds them.' },
  graph: { name: 'Graph', description: 'Paths and blast radius.' },
  usage: { name: 'Usage', description: 'Which accounts used which apps, by day.' },
  criticality: { name: 'Criticality', description: 'What people said is a crown jewel, or is not.' },
  credentials: { name: 'Credentials', description: 'API tokens, client secrets, keys and certificates.' },
  resources: { name: 'Resources', description: 'Policies, zones, devices and the other things of an org.' },
  coverage: { name: 'Coverage', description: 'Which parts of each source could be read.' },
  issues: { name: 'Issues', description: 'Findings: ranked, dismissed, reopened, assigned, sent.' },
  detections: { name: 'Detections', description: 'What is looked for and why it matters.' },
  remediations: { name: 'Remediation', description: 'Changes to a source: dry run, confirmation, outcome.' },
  discovery: { name: 'Discovery', description: 'Apps that sign-ons, consents and assignments speak of.' },
  integrations: { name: 'Integrations', description: 'Where issues are sent.' },
  automations: { name: 'Automations', description: 'Which issues are sent by themselves.' },
  deliveries: { name: 'Deliveries', description: 'Each message sent, its attempts and its outcome.' },
  users: { name: 'Users', description: 'People of the tenant and their roles.' },
  people: { name: 'Users', description: 'People of the tenant and their roles.' },
  tokens: { name: 'Tokens', description: 'API tokens for programs.' },
  settings: { name: 'Settings', description: 'How long evidence is kept.' },
  audit: { name: 'Audit', description: 'What people and tokens changed.' },
  metrics: { name: 'Metrics', description: 'Numbers for monitoring, as OpenMetrics.' },
  tenants: { name: 'Tenants', description: 'For operators: the customers of the deployment.' },
  health: { name: 'About', description: 'The API itself.' },
  'openapi.json': { name: 'About', description: 'The API itself.' },
  docs: { name: 'About', description: 'The API itself.' },
};

const DESCRIPTION = `Identity security posture management.

Send \`Authorization: Bearer …\` with an API token (\`pat_…\`) or a session token (\`pss_…\`). A token belongs to one
tenant; operators name one in the header \`X-Postern-Tenant\`. Lists take \`limit\` (at most 200) and \`cursor\`, and answer
\`{data, next}\`. Errors are \`application/problem+json\` with a stable \`code\`. Times are ISO 8601 UTC.`;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
export type Method = (typeof METHODS)[number];

/** What this module adds to or reads of an operation; the rest is the generator's. */
export interface Operation {
  tags?: string[];
  summary?: string;
  description?: string;
  operationId?: string;
  security?: Record<string, string[]>[];
  'x-permission'?: string;
  parameters?: unknown[];
  requestBody?: unknown;
  responses: Record<string, unknown>;
}

export interface ApiDocument {
  openapi: string;
  info: { title: string; version: string; description?: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Partial<Record<Method, Operation>>>;
  components?: { schemas?: Record<string, unknown> };
}

/** The OpenAPI 3.1 document of every route registered on `app`, with the permission each one asks for. */
export function apiDocument(app: OpenAPIHono<ApiEnv>): ApiDocument {
  const generated = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Postern API',
      version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
  });
  const document = structuredClone(generated) as unknown as ApiDocument;
  const used = new Set<string>();
  for (const { path, method, operation } of operationsOf(document)) {
    const tag = tagOf(path);
    operation.tags = [tag];
    used.add(tag);
    operation.operationId ??= operationId(method, path);
    const permission = permissionAt(app, method, path);
    if (permission) operation['x-permission'] = permission;
    else operation.security = [];
  }
  const known = new Map(Object.values(TAGS).map((tag) => [tag.name, tag]));
  document.tags = [...known.values()].filter((tag) => used.has(tag.name));
  return document;
}

export function* operationsOf(
  document: ApiDocument,
): Generator<{ path: string; method: Method; operation: Operation }> {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) yield { path, method, operation };
    }
  }
}

/** `/api/v1/issues/{id}` → `/api/v1/issues/:id`, the form of the router. */
export const routerPath = (path: string) => path.replaceAll(/\{(.+?)\}/g, ':$1');

function permissionAt(app: OpenAPIHono<ApiEnv>, method: Method, path: string): string | undefined {
  const here = app.routes.filter((r) => r.method === method.toUpperCase() && r.path === routerPath(path));
  return here.map((r) => checkOf(r.handler)?.permission).find((permission) => permission !== undefined);
}

function tagOf(path: string): string {
  const segment = path.slice(API_PREFIX.length + 1).split('/')[0] ?? '';
  return TAGS[segment]?.name ?? segment;
}

/** `GET /api/v1/issues/{id}/x-y` → `getIssuesByIdXY`. */
function operationId(method: Method, path: string): string {
  const words = path
    .slice(API_PREFIX.length)
    .replaceAll(/\{(\w+)\}/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/);
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
