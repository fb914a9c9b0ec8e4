import { data, type LoaderFunctionArgs, redirect } from '@remix-run/cloudflare';
import { apiOf } from '~/api/client.server';
import { askBlastRadius, askChanges, askReachableBy } from '~/api/graph.server';
import { askNodes, getNode } from '~/api/nodes.server';
import { listSources } from '~/api/sources.server';
import { atMoment, momentFrom } from '~/graph/moment';
import { paramOf } from '~/server/params.server';
import { queryOf } from '~/server/query.server';
import { inventoryOf } from './inventories';

const SHOWN_PEOPLE = 25;
const SHOWN_CHANGES = 25;
const SHOWN_OFF = 50;
/** How far back the history of a page goes: the API looks at a week unless told. */
const HISTORY_FROM = '2000-01-01T00:00:00.000Z';

export async function loadNode(args: LoaderFunctionArgs) {
  const [list, id] = [paramOf(args, 'list'), paramOf(args, 'id')];
  const query = queryOf(args.request, ['asOf', 'cursor'] as const);
  const asOf = momentFrom(query.asOf);
  if (list === 'accounts') throw await toIdentity(args, id, asOf);
  const inventory = inventoryOf(list);
  if (inventory === null) throw data({ detail: null }, { status: 404 });
  const api = await apiOf(args);
  const [detail, reachable, radius, changes, sources, off] = await Promise.all([
    getNode(api, inventory.path, id, asOf ?? undefined),
    askReachableBy(api, { to: id, asOf, limit: SHOWN_PEOPLE, cursor: query.cursor }),
    askBlastRadius(api, { from: id, asOf }),
    askChanges(api, { node: id, since: HISTORY_FROM, limit: SHOWN_CHANGES }),
    listSources(api),
    list === 'apps' ? askNodes(api, '/credentials', { app: id, status: 'INACTIVE', limit: SHOWN_OFF, asOf }) : null,
  ]);
  return {
    slug: list,
    asOf,
    detail,
    reachable,
    radius,
    changes: changes.ok ? changes.value : null,
    switchedOff: off?.ok ? off.value : null,
    sourceName: sources.find((source) => source.id === detail.node.source)?.name ?? detail.node.source,
  };
}

/** An account has no page of its own: its identity shows it. */
async function toIdentity(args: LoaderFunctionArgs, id: string, asOf: string | null): Promise<Response> {
  const detail = await getNode(await apiOf(args), '/accounts', id, asOf ?? undefined);
  const owner = detail.in.find(({ kind }) => kind === 'HAS_ACCOUNT')?.node.id;
  if (owner === undefined) throw data({ detail: null }, { status: 404 });
  return redirect(atMoment(`/identities/${owner}`, asOf));
}
