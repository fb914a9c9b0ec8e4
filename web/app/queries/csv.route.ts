import type { LoaderFunctionArgs } from '@remix-run/cloudflare';
import { redirect } from '@remix-run/cloudflare';
import { paramOf } from '~/server/params.server';
import { sessionToken } from '~/server/session.server';
import { wholeBody } from '~/settings/whole-body.server';
import { withoutHeading } from './csv-parts.server';

/** Hands all rows of a saved query through as one CSV: a browser follows no `Link`. */
export async function loader(args: LoaderFunctionArgs) {
  const token = await sessionToken(args.request);
  if (token === null) throw redirect('/login');
  const path = `https://api/api/v1/graph/queries/${encodeURIComponent(paramOf(args, 'id'))}`;
  const ask = (query: string): Promise<Response> =>
    args.context.cloudflare.env.API.fetch(
      new Request(`${path}${query}`, { headers: { Authorization: `Bearer ${token}`, Accept: 'text/csv' } }),
    );
  const asOf = new URL(args.request.url).searchParams.get('asOf');
  const response = await ask(asOf === null ? '' : `?${new URLSearchParams({ asOf })}`);
  const headers = new Headers({ 'Cache-Control': 'no-store' });
  for (const name of ['Content-Type', 'Content-Disposition']) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const rest = async (query: string) => withoutHeading(await ask(query));
  return new Response(wholeBody(response, rest), { status: response.status, headers });
}
