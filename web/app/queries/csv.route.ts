import type { LoaderFunctionArgs } from '@remix-run/cloudflare';
import { redirect } from '@remix-run/cloudflare';
import { paramOf } from '~/server/params.server';
import { sessionToken } from '~/server/session.server';

/** Hands the rows of a saved query through as CSV. */
export async function loader(args: LoaderFunctionArgs) {
  const token = await sessionToken(args.request);
  if (token === null) throw redirect('/login');
  const url = new URL(`https://api/api/v1/graph/queries/${encodeURIComponent(paramOf(args, 'id'))}`);
  const given = new URL(args.request.url).searchParams;
  for (const name of ['asOf', 'cursor']) {
    const value = given.get(name);
    if (value !== null) url.searchParams.set(name, value);
  }
  const response = await args.context.cloudflare.env.API.fetch(
    new Request(url, { headers: { Authorization: `Bearer ${token}`, Accept: 'text/csv' } }),
  );
  const headers = new Headers({ 'Cache-Control': 'no-store' });
  for (const name of ['Content-Type', 'Content-Disposition']) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  // what follows is below this page's own address
  const next = /<([^>]+)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1];
  if (next !== undefined) headers.set('Link', `<${new URL(next, url).search}>; rel="next"`);
  return new Response(response.body as BodyInit | null, { status: response.status, headers });
}
