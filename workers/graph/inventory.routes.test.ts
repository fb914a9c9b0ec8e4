import { describe, expect, it } from 'vitest';
import { inventoryOf } from '../../web/app/inventory/inventories.ts';
import { callerOf } from '../api/test-caller.ts';
import { graphRoutes } from './graph.routes.ts';
import { RESOURCE_KINDS } from './inventory.routes.ts';
import { type Attributes, type GraphNode, type NodeKind, nodeId } from './model.ts';
import { graphWith, page, SRC } from './testing/fixtures.ts';

function thing(kind: NodeKind, nativeId: string, name: string, attributes: Attributes): GraphNode {
  return { id: nodeId(kind, SRC, nativeId), kind, sourceId: SRC, nativeId, name, attributes };
}

const TOKEN = thing('credential', '00T1', 'CI', { type: 'api_token', status: 'ACTIVE' });
const SECRET = thing('credential', 'secret/0oa1/ocs1', 'Client secret', { type: 'client_secret', status: 'INACTIVE' });
const ZONE = thing('zone', 'nzo1', 'Office', { status: 'ACTIVE' });
const DEVICES = ['a', 'b', 'c', 'd'].map((id) =>
  thing('device', `guo${id}`, `Device ${id}`, { status: 'ACTIVE', accountId: nodeId('account', SRC, id) }),
);

interface Body {
  data: { id: string; name: string }[];
  next: string | null;
  node: { name: string };
}

async function world() {
  const { deps, tenantId, graph } = await graphWith(3);
  await graph.applyPage(page({ nodes: [TOKEN, SECRET, ZONE, ...DEVICES] }));
  return callerOf<Body>({ deps, tenantId, routes: graphRoutes() });
}

const names = ({ body }: { body: Body }) => body.data.map(({ name }) => name);

describe('/credentials', () => {
  it('lists, filters and sorts', async () => {
    const get = await world();
    expect(names(await get('/credentials'))).toEqual(['CI', 'Client secret']);
    expect(names(await get('/credentials?sort=-name'))).toEqual(['Client secret', 'CI']);
    expect(names(await get('/credentials?status=INACTIVE'))).toEqual(['Client secret']);
    expect(names(await get('/credentials?q=ci'))).toEqual(['CI']);
    expect(names(await get('/credentials?source=src_other'))).toEqual([]);
  });

  it('reads one, and nothing else under that path', async () => {
    const get = await world();
    expect((await get(`/credentials/${TOKEN.id}`)).body.node.name).toBe('CI');
    expect((await get(`/credentials/${ZONE.id}`)).status).toBe(404);
    expect((await get('/credentials/crd_nobody')).status).toBe(404);
  });
});

describe('/resources', () => {
  it('pages through one kind, from every shard', async () => {
    const get = await world();
    const first = await get('/resources?kind=device&limit=3');
    expect(names(first)).toEqual(['Device a', 'Device b', 'Device c']);
    const second = await get(`/resources?kind=device&limit=3&cursor=${first.body.next ?? ''}`);
    expect(names(second)).toEqual(['Device d']);
    expect(second.body.next).toBeNull();
    for (const { id, name } of DEVICES) expect((await get(`/resources/${id}`)).body.node.name).toBe(name);
  });

  it.each(['/resources', '/resources?kind=account', '/resources?kind=nothing', '/resources?kind=zone&sort=lastLogin'])(
    'refuses %s',
    async (path) => expect((await (await world())(path)).status).toBe(400),
  );

  it('does not tell of people and apps', async () => {
    const get = await world();
    expect((await get(`/resources/${TOKEN.id}`)).status).toBe(404);
    expect((await get(`/resources/${ZONE.id}`)).status).toBe(200);
  });
});

describe('the kinds of resources', () => {
  it('are all that the console lists', () => {
    expect([...(inventoryOf('resources')?.kinds ?? [])].sort()).toEqual([...RESOURCE_KINDS].sort());
  });
});
