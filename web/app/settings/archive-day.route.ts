import type { LoaderFunctionArgs } from '@remix-run/cloudflare';
import { redirect } from '@remix-run/cloudflare';
import { paramOf } from '~/server/params.server';
import { sessionToken } from '~/server/session.server';

/** Hands the archive's answer through as it comes: a day can be large. */
export async function loader(args: LoaderFunctionArgs) {
  const token = await sessionToken(args.request);
  if (token === null) throw redirect('/login');
  const url = new URL(`https://api/api/v1/archive/${encodeURIComponent(paramOf(args, 'day'))}`);
  const cursor = new URL(args.request.url).searchParams.get('cursor');
  if (cursor !== null) url.searchParams.set('cursor', cursor);
  const response = await args.context.cloudflare.env.API.fetch(
    new Request(url, { headers: { Authorization: `Bearer ${token}` } }),
  );
  const headers = new Headers({ 'Cache-Control': 'no-store' });
  for (const name of ['Content-Type', 'Content-Disposition']) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  // what follows is below this page's own address
  const next = /<([^>]+)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1];
  if (next !== undefined) headers.set('Link', `<${new URL(next).search}>; rel="next"`);
  return new Response(response.body as BodyInit | null, { status: response.status, headers });
}
