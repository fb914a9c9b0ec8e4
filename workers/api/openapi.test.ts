import { beforeAll, describe, expect, it } from 'vitest';
import { type ApiDocument, operationsOf, routerPath } from './openapi.ts';
import { apiUnderTest } from './test-api.ts';

const { app, call } = apiUnderTest();
let document: ApiDocument;
let operations: ReturnType<typeof collect>;

const collect = () =>
  [...operationsOf(document)].map((one) => ({ ...one, name: `${one.method.toUpperCase()} ${one.path}` }));

/** Every object inside a JSON value, with the keys that lead to it. */
function* objectsIn(
  value: unknown,
  path: string[] = [],
): Generator<{ path: string[]; object: Record<string, unknown> }> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield { path, object: value as Record<string, unknown> };
  for (const [key, inner] of Object.entries(value)) yield* objectsIn(inner, [...path, key]);
}

beforeAll(async () => {
  const res = await call('GET', '/api/v1/openapi.json');
  expect(res.status).toBe(200);
  expect(res.headers.get('cache-control')).toBe('public, max-age=300');
  document = await res.json();
  operations = collect();
});

describe('the OpenAPI document', () => {
  it('says what it is', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Postern API', version: expect.stringMatching(/^\d/) },
      security: [{ bearer: [] }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    });
  });

  it('lists every route of the API, and nothing else', () => {
    const served = new Set(
      app.routes
        .filter((route) => route.method !== 'ALL' && route.path.startsWith('/api/'))
        .map((route) => `${route.method} ${route.path}`),
    );
    expect(operations.map((one) => `${one.method.toUpperCase()} ${routerPath(one.path)}`).sort()).toEqual(
      [...served].sort(),
    );
  });

  it('describes every operation: one known tag, a summary, an id of its own, its answers, its parameters', () => {
    const tags = new Set(document.tags.map((tag) => tag.name));
    for (const { name, path, operation } of operations) {
      expect(
        operation.tags?.filter((tag) => tags.has(tag)),
        name,
      ).toHaveLength(1);
      expect(operation.summary, name).toBeTruthy();
      expect(
        Object.keys(operation.responses).some((status) => /^2\d\d$/.test(status)),
        name,
      ).toBe(true);
      for (const response of Object.values(operation.responses)) {
        expect(response, name).toMatchObject({ description: expect.any(String) });
      }
      const declared = (operation.parameters ?? []) as { name: string; in: string; required?: boolean }[];
      const inPath = declared.filter((one) => one.in === 'path' && one.required).map((one) => one.name);
      expect(inPath.sort(), name).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, one]) => one).sort());
    }
    const ids = operations.map((one) => one.operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names only schemas that it has', () => {
    const names = Object.keys(document.components?.schemas ?? {});
    for (const { object } of objectsIn(document)) {
      if (typeof object.$ref !== 'string') continue;
      expect(names).toContain(object.$ref.replace('#/components/schemas/', ''));
    }
  });

  it('asks for a permission everywhere but on the public routes', () => {
    const open = operations.filter((one) => !one.operation['x-permission']);
    expect(open.map((one) => one.name).sort()).toEqual([
      'GET /api/v1/docs',
      'GET /api/v1/health',
      'GET /api/v1/openapi.json',
      'POST /api/v1/session',
    ]);
    for (const { operation } of open) expect(operation.security).toEqual([]);
  });

  it('has no request that names its tenant in the body', () => {
    const refs = (document.components?.schemas ?? {}) as Record<string, unknown>;
    const follow = (value: unknown): unknown => {
      const ref = (value as { $ref?: string } | null)?.$ref;
      return ref ? refs[ref.replace('#/components/schemas/', '')] : value;
    };
    for (const { name, operation } of operations) {
      for (const { object } of objectsIn(
        JSON.parse(JSON.stringify(operation.requestBody ?? {}), (_, v) => follow(v)),
      )) {
        const properties = (object.properties ?? {}) as Record<string, unknown>;
        const named = Object.keys(properties).filter((key) => /^(tenant|tenant_?id|org_?id)$/i.test(key));
        expect(named, name).toEqual([]);
      }
    }
  });
});

describe('the documentation page', () => {
  it('shows every operation and schema, without scripts or anything from elsewhere', async () => {
    const res = await call('GET', '/api/v1/docs');
    expect(res.headers.get('content-type')).toContain('text/html');
    const page = await res.text();
    for (const { path, operation } of operations) {
      expect(page).toContain(`<code>${path}</code>`);
      expect(page).toContain(`id="${operation.operationId}"`);
    }
    for (const name of Object.keys(document.components?.schemas ?? {})) expect(page).toContain(`id="schema-${name}"`);
    expect(page).not.toMatch(/<script|<link|https?:\/\/|undefined|\[object/);
    expect(page).toContain('prefers-color-scheme: dark');
  });

  it('allows its own style and nothing more', async () => {
    const res = await call('GET', '/api/v1/docs');
    const style = (await res.text()).match(/<style>(.*?)<\/style>/s)?.[1] ?? '';
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
    const hash = Buffer.from(digest).toString('base64');
    expect(res.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`,
    );
  });
});
