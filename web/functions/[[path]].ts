import type { ServerBuild } from '@remix-run/cloudflare';
import { createPagesFunctionHandler } from '@remix-run/cloudflare-pages';
import { secureHeaders } from '../app/server/headers.server';
// @ts-expect-error: made by the build, which type checks do not wait for
import * as build from '../build/server';
import { getLoadContext, type Platform } from '../load-context';

const handle = createPagesFunctionHandler({
  build: build as unknown as ServerBuild,
  getLoadContext: ({ context }) => getLoadContext({ context: context as unknown as { cloudflare: Platform } }),
});

/**
 * A form or script of another site. Remix compares the origin for pages, but not for routes without one, such as the
 * log-out; `SameSite` alone would leave that to the browser.
 */
function isForeign(method: string, origin: string | null, url: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && origin !== null && origin !== new URL(url).origin;
}

/** Every answer carries the security headers: a page has set its own with a nonce, the rest runs no script at all. */
export async function onRequest(context: Parameters<typeof handle>[0]): Promise<Response> {
  const { method, url } = context.request;
  const origin = context.request.headers.get('Origin');
  const answer = isForeign(method, origin, url) ? new Response('Forbidden', { status: 403 }) : await handle(context);
  if (answer.headers.has('Content-Security-Policy')) return answer;
  const secured = new Response(answer.body, answer);
  secureHeaders(secured.headers, null);
  return secured;
}
