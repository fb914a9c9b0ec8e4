import type { LoaderFunctionArgs } from '@remix-run/cloudflare';
import { apiOf } from '~/api/client.server';
import { askSummary } from '~/api/issues.server';
import { safePath } from '~/server/paths.server';
import { revisionOf } from './revision.server';

/** `GET /live?path=/issues` → `{revision}`. 401 once the session has ended. */
export async function loader(args: LoaderFunctionArgs) {
  const path = safePath(new URL(args.request.url).searchParams.get('path'));
  try {
    const api = await apiOf(args);
    const summary = await askSummary(api);
    return Response.json({ revision: await revisionOf(api, path, summary) });
  } catch (thrown) {
    // the log-in page is of no use to a script
    if (thrown instanceof Response) return Response.json({ revision: null }, { status: 401 });
    throw thrown;
  }
}
