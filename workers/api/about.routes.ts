import { createHash } from 'node:crypto';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type ApiEnv, createRouter } from '../platform/http/router.ts';
import { DOCS_STYLE, docsPage } from './docs.page.ts';
import { type ApiDocument, apiDocument } from './openapi.ts';

const CACHE = 'public, max-age=300';

const document = createRoute({
  method: 'get',
  path: '/openapi.json',
  summary: 'This API as an OpenAPI 3.1 document',
  security: [],
  responses: { 200: { description: 'OK', content: { 'application/json': { schema: z.object({}).loose() } } } },
});

const page = createRoute({
  method: 'get',
  path: '/docs',
  summary: 'This API as a page for people',
  security: [],
  responses: { 200: { description: 'OK', content: { 'text/html': { schema: z.string() } } } },
});

/** The document and its page, both of `whole()`; made once, when first asked for. */
export function aboutRoutes(whole: () => OpenAPIHono<ApiEnv>) {
  let made: ApiDocument | undefined;
  const get = () => {
    made ??= apiDocument(whole());
    return made;
  };
  const styleHash = createHash('sha256').update(DOCS_STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`;

  return createRouter()
    .openapi(document, (c) => c.json({ ...get() }, 200, { 'Cache-Control': CACHE }))
    .openapi(page, async (c) =>
      c.html(await docsPage(get()), 200, { 'Cache-Control': CACHE, 'Content-Security-Policy': policy }),
    );
}
