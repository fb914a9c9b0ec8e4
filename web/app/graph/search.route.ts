import type { LoaderFunctionArgs } from '@remix-run/cloudflare';
import { apiOf } from '~/api/client.server';
import { momentFrom } from './moment';
import { searchNodes } from './search.server';

/** `GET /graph/search?q=ada&kinds=identity,group&asOf=…` → `{data: [{id, kind, name}]}`. */
export async function loader(args: LoaderFunctionArgs) {
  const query = new URL(args.request.url).searchParams;
  const kinds = query.get('kinds')?.split(',');
  const asOf = momentFrom(query.get('asOf') ?? undefined);
  const api = await apiOf(args);
  return Response.json({ data: await searchNodes(api, (query.get('q') ?? '').slice(0, 100), { kinds, asOf }) });
}
