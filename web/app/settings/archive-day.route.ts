import type { LoaderFunctionArgs } from '@remix-run/cloudflare';
import { redirect } from '@remix-run/cloudflare';
import { paramOf } from '~/server/params.server';
import { sessionToken } from '~/server/session.server';
import { wholeBody } from './whole-body.server';

/** Hands a whole day of the archive through as it comes: a browser follows no `Link`, and a day can be large. */
export async function loader(args: LoaderFunctionArgs) {
  const token = await sessionToken(args.request);
  if (token === null) throw redirect('/login');
  const path = `https://api/api/v1/archive/${encodeURIComponent(paramOf(args, 'day'))}`;
  const ask = (query: string): Promise<Response> =>
    args.context.cloudflare.env.API.fetch(
      new Request(`${path}${query}`, { headers: { Authorization: `Bearer ${token}` } }),
    );
  const response = await ask('');
  const headers = new Headers({ 'Cache-Control': 'no-store' });
  for (const name of ['Content-Type', 'Content-Disposition']) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(wholeBody(response, ask), { status: response.status, headers });
}
