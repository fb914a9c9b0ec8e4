import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { executablePath, useBrowser } from '../browser/browser.ts';
import { expectAccessible, expectPagesFit, logIn } from '../browser/flows.ts';
import { all, api, eventually, lab, okta, product } from './helpers.ts';

interface Ref {
  id: string;
  kind: string;
  name: string;
}
interface Edge {
  from: Ref;
  kind: string;
  to: Ref;
  assignment: Ref | null;
}

interface Secret {
  id: string;
  nativeId: string;
  attributes: { type: string };
}

const edges = (query: string) => api.request<{ data: Edge[]; next: string | null }>('GET', `/graph/edges?${query}`);

describe.skipIf(!executablePath)('edges, powers and what stands beside them in the console', () => {
  const browser = useBrowser();
  const admin = product.users.find((user) => user.role === 'super_admin');
  const login = { consoleUrl: product.console, email: admin?.email ?? '', password: admin?.password ?? '' };

  async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options });
    await logIn(page, login);
    await page.goto(product.console + path);
    return page;
  }

  it('lists the edges of a kind with what it means, page by page', async () => {
    const page = await open('/graph');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Edges' }).click();
    await page.getByRole('table', { name: 'Edges' }).waitFor();
    await page.getByLabel('Kind').selectOption('MEMBER_OF');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL((url) => url.searchParams.get('kind') === 'MEMBER_OF');
    await page.getByRole('heading', { name: 'Member of' }).waitFor();
    await page.getByText('To an attacker').waitFor();
    const rows = page.getByRole('table', { name: 'Edges' }).getByRole('row');
    const first = await rows.nth(1).textContent();
    await page.getByRole('link', { name: 'Next page' }).click();
    await page.getByRole('link', { name: 'First page' }).waitFor();
    expect(await rows.nth(1).textContent()).not.toBe(first);
    await expectAccessible(page);

    // a cursor of another question is told so, beside the form
    const cursor = new URL(page.url()).searchParams.get('cursor') ?? '';
    await page.goto(`${product.console}/graph/edges?kind=HAS_ACCOUNT&cursor=${cursor}`);
    await page.getByRole('alert').getByText('Start again without it').waitFor();
    await page.context().close();
  });

  it('leads from a person over the account, and to both ends', async () => {
    const [held] = (await edges('kind=HOLDS_ROLE&limit=200')).data.filter(({ from }) => from.kind === 'account');
    if (!held) throw new Error('Nobody holds a role');
    const [owner] = (await edges(`kind=HAS_ACCOUNT&to=${held.from.id}`)).data;
    const page = await open(`/graph/edges?kind=HOLDS_ROLE&from=${owner?.from.id}`);
    const table = page.getByRole('table', { name: 'Edges' });
    await table.getByRole('link', { name: held.to.name }).first().click();
    await page.getByRole('heading', { level: 1, name: held.to.name }).waitFor();

    // what nobody gave is told as empty, and a moment before everything, too
    await page.goto(`${product.console}/graph/edges?kind=HOLDS_ROLE&to=${owner?.from.id}`);
    await page.getByText('The graph holds no such edge').waitFor();
    await page.goto(`${product.console}/graph/edges?asOf=2026-01-01T00:00`);
    await page.getByText('This is the graph as it was on').waitFor();
    await page.context().close();
  });

  it('tells of powers by the assignment that they come from', async () => {
    const [power] = (await edges('kind=APP_ADMIN&limit=1')).data;
    const page = await open('/graph/edges?kind=APP_ADMIN');
    await page.getByText('Role assignments, worked out at each question').waitFor();
    const table = page.getByRole('table', { name: 'Edges' });
    await table
      .getByRole('link', { name: power?.assignment?.name ?? '' })
      .first()
      .click();
    // the assignment says in words what it is limited to
    await page
      .getByText(/The whole org|Only \d+/)
      .first()
      .waitFor();
    await expectAccessible(page);
    await page.context().close();
  });

  it('says of which assignments the power is unknown, why, and what to do', async () => {
    const page = await open('/inventory/roles');
    await page.getByRole('link', { name: 'Unknown powers' }).click();
    await page.getByRole('heading', { level: 1, name: 'Unknown powers' }).waitFor();
    await page.getByText('Every role assignment is understood').waitFor();
    await expectAccessible(page);

    // the targets of a new assignment may not be read
    const [person] = await all<{ name: string; nativeId: string }>('/identities?status=ACTIVE&tier=none');
    const roles = `/users/${person?.nativeId}/roles`;
    await lab('POST', '/lab/faults', { forbidden: ['/api/v1/users/*/roles/*/targets/*'] });
    const { id } = await okta<{ id: string }>('POST', roles, { type: 'HELP_DESK_ADMIN' });
    try {
      await eventually('the assignment to be told', async () => {
        const { data } = await api.request<{ data: unknown[] }>('GET', '/graph/unknown-powers');
        return data.length > 0 || undefined;
      });
      await page.goto(`${product.console}/coverage`);
      await page.getByRole('link', { name: 'Which, and what to do' }).click();
      const row = page.getByRole('table', { name: 'Assignments whose power is unknown' }).getByRole('row').nth(1);
      await row.getByRole('link', { name: person?.name ?? '' }).waitFor();
      await row.getByText('It is not known yet whether the assignment has targets').waitFor();
      await row.getByText('okta.roles.read').waitFor();
      await expectAccessible(page);
      await page.setViewportSize({ width: 390, height: 900 });
      await expectPagesFit(page, product.console, ['/graph/unknown-powers', '/coverage']);
    } finally {
      await lab('DELETE', '/lab/faults');
      await okta('DELETE', `${roles}/${id}`);
    }
    await page.goto(`${product.console}/graph/unknown-powers?asOf=2026-01-01T00:00`);
    await page.getByText('Every role assignment of then is understood').waitFor();
    await page.goto(`${product.console}/graph/unknown-powers?asOf=2199-01-01T00:00`);
    await page.getByRole('alert').getByText('must not lie in the future').waitFor();
    await page.context().close();
  });

  it('tells who has a role through a group, and hands it all on as one CSV', async () => {
    const ask = () =>
      api.request<{ data: { how: string; through: Ref | null }[] }>('GET', '/graph/queries/role-assignments?limit=200');
    const { data } = await ask();
    expect(new Set(data.map(({ how }) => how))).toEqual(new Set(['Direct', 'Indirect']));
    for (const { how, through } of data) expect(through === null).toBe(how === 'Direct');
    const page = await open('/graph/queries/role-assignments');
    await page.getByRole('cell', { name: 'Indirect' }).first().waitFor();
    const href = await page.getByRole('link', { name: 'Download CSV' }).getAttribute('href');
    const file = await page.request.get(product.console + href);
    expect(file.headers()['content-disposition']).toContain('role-assignments.csv');
    // the org lives on, and a test before this one may still be followed
    await eventually('the file to tell what the list tells', async () => {
      const lines = (await (await page.request.get(product.console + href)).text()).trim().split('\r\n');
      return lines.length - 1 === (await ask()).data.length ? true : undefined;
    });
    await page.context().close();
  });

  it('shows credentials that are switched off apart from the live ones', async () => {
    const secrets = await all<Secret>('/credentials?status=ACTIVE');
    const secret = secrets.find(({ attributes }) => attributes.type === 'client_secret');
    const [, appId = '', secretId = ''] = secret?.nativeId.split('/') ?? [];
    const app = (await all<{ id: string; nativeId: string }>('/apps')).find(({ nativeId }) => nativeId === appId);
    const page = await open(`/inventory/apps/${app?.id}`);
    await page.getByRole('table', { name: 'Secrets' }).getByText(secretId).waitFor();
    const lifecycle = `/apps/${appId}/credentials/secrets/${secretId}/lifecycle`;
    await okta('POST', `${lifecycle}/deactivate`);
    try {
      await eventually('the secret to be off', async () => {
        const off = await all<Secret>(`/credentials?status=INACTIVE&app=${app?.id}`);
        return off.some(({ id }) => id === secret?.id) || undefined;
      });
      await page.reload();
      await page.getByRole('table', { name: 'Switched-off credentials' }).getByText(secretId).waitFor();
      expect(await page.getByRole('table', { name: 'Secrets' }).getByText(secretId).count()).toBe(0);
      await expectAccessible(page);
    } finally {
      await okta('POST', `${lifecycle}/activate`);
    }
    await page.context().close();
  });

  it.each([
    { width: 1440, colorScheme: 'light' as const },
    { width: 1440, colorScheme: 'dark' as const },
    { width: 390, colorScheme: 'light' as const },
    { width: 390, colorScheme: 'dark' as const },
  ])('is accessible and fits at $width px, $colorScheme', async ({ width, colorScheme }) => {
    const [set] = await all<{ id: string }>('/resources?kind=resource_set');
    const [assignment] = await all<{ id: string }>('/resources?kind=role_assignment');
    const page = await open('/', { viewport: { width, height: 900 }, colorScheme });
    await expectPagesFit(page, product.console, [
      '/graph/edges',
      '/graph/edges?kind=MEMBER_OF',
      '/graph/edges?kind=APP_ADMIN',
      '/graph/edges?kind=MEMBER_OF&from=nobody of that name',
      '/graph/edges?asOf=2199-01-01T00:00',
      '/graph/unknown-powers',
      '/graph/queries/role-assignments',
      `/inventory/resources/${set?.id}`,
      `/inventory/resources/${assignment?.id}`,
      '/inventory/roles',
      '/coverage',
    ]);
    await page.context().close();
  });
});
