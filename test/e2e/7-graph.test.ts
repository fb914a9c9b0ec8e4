import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executablePath, useBrowser } from '../browser/browser.ts';
import { expectAccessible, expectPagesFit, logIn } from '../browser/flows.ts';
import { all, api, eventually, lab, okta, product } from './helpers.ts';

interface Person {
  id: string;
  nativeId: string;
  name: string;
}
interface Step {
  node: { id: string; kind: string; name: string };
}
interface ChokePoint {
  from: { id: string; kind: string; name: string };
  edgeKind: string;
}

const pathOf = async (id: string) =>
  (await api.request<{ path: Step[] | null }>('GET', `/graph/paths?from=${id}`)).path;

describe.skipIf(!executablePath)('the graph in the console', () => {
  const browser = useBrowser();
  let group: { id: string; nativeId: string; name: string };
  let interns: Person[];
  /** Before the first intern got into the group. */
  let before: string;
  const admin = product.users.find((user) => user.role === 'super_admin');
  const login = { consoleUrl: product.console, email: admin?.email ?? '', password: admin?.password ?? '' };
  const intern = () => {
    const [first] = interns;
    if (!first) throw new Error('There is nobody without rights in the org');
    return first;
  };

  beforeAll(async () => {
    await lab('POST', '/lab/pause');
    const { data } = await api.request<{ data: ChokePoint[] }>('GET', '/graph/choke-points');
    const point = data.find(({ from, edgeKind }) => from.kind === 'group' && edgeKind === 'HOLDS_ROLE');
    if (!point) throw new Error('No group of the org leads to tier zero');
    group = (await api.request<{ node: typeof group }>('GET', `/groups/${point.from.id}`)).node;
    interns = await withoutWay(2);
    before = new Date().toISOString();
    await join(intern());
  });
  afterAll(async () => {
    for (const person of interns ?? []) await okta('DELETE', `/groups/${group.nativeId}/users/${person.nativeId}`);
    await lab('POST', '/lab/resume');
  });

  /** People who may do nothing and whose name nobody shares. */
  async function withoutWay(count: number): Promise<Person[]> {
    const everybody = await all<Person>('/identities?status=ACTIVE');
    const plain = await all<Person>('/identities?status=ACTIVE&tier=none');
    const found: Person[] = [];
    for (const person of plain) {
      if (everybody.filter(({ name }) => name.includes(person.name)).length > 1) continue;
      if ((await pathOf(person.id)) === null) found.push(person);
      if (found.length === count) break;
    }
    return found;
  }

  async function join(person: Person): Promise<void> {
    await okta('PUT', `/groups/${group.nativeId}/users/${person.nativeId}`);
    await eventually('the membership to reach the graph', async () => (await pathOf(person.id)) ?? undefined);
  }

  async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await browser.newPage(options);
    if (options.javaScriptEnabled !== false) {
      await logIn(page, login);
    } else {
      await page.goto(`${product.console}/login`);
      await page.fill('input[name=email]', login.email);
      await page.fill('input[name=password]', login.password);
      await page.click('button[type=submit]');
    }
    await page.goto(product.console + path);
    return page;
  }

  it('draws the path of an intern to tier zero, and what-if takes it away', async () => {
    const page = await open('/graph', { viewport: { width: 1440, height: 900 } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.getByRole('table', { name: 'Who can reach tier zero' }).waitFor();

    const from = page.getByRole('combobox', { name: 'From' });
    await from.fill(intern().name);
    await page.getByRole('option', { name: intern().name }).waitFor();
    await expectAccessible(page);
    await from.press('ArrowDown');
    await from.press('Enter');
    await page.getByRole('button', { name: 'Find paths' }).click();
    await page.waitForURL((url) => url.searchParams.get('from') === intern().id);
    const steps = page.getByRole('list', { name: /^Step by step|^Path 1/ }).first();
    await steps.getByRole('link', { name: group.name }).waitFor();
    // one path is drawn by the server, several in the browser
    const drawn = page.getByRole('figure', { name: /to tier zero/ });
    await drawn.or(page.locator('[data-state="drawn"]')).first().waitFor();
    // the membership came by an event, which is its evidence
    await steps.getByRole('link', { name: 'an event' }).first().waitFor();
    await expectAccessible(page);

    await steps.getByRole('button', { name: `${intern().name} is a member of ${group.name}` }).click();
    await steps.getByRole('button', { name: /^In what-if/ }).waitFor();
    await page.getByRole('link', { name: 'What if (1)' }).click();
    const removed = page.getByRole('list', { name: 'To be removed' });
    await removed.getByRole('link', { name: group.name }).waitFor();
    const outcome = page.getByRole('list', { name: 'What would follow' });
    await outcome.getByText('lose their way to tier zero').waitFor();
    await page
      .locator('section', { has: page.getByRole('heading', { name: 'No way to tier zero any more' }) })
      .getByRole('link', { name: intern().name })
      .waitFor();
    await expectAccessible(page);

    // asking changed nothing
    expect(await pathOf(intern().id)).not.toBeNull();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByText('Nothing to ask about yet').waitFor();
    await expectAccessible(page);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('looks back: before the intern was in the group there was no path', async () => {
    const page = await open(`/graph?from=${intern().id}&asOf=${before}`);
    await page.getByText('No path', { exact: true }).waitFor();
    await page.getByText('This is the graph as it was on').waitFor();
    await expectAccessible(page);
    await page.goto(`${product.console}/graph?to=${group.id}&asOf=${before}`);
    await page.getByRole('heading', { name: 'Who can reach it' }).waitFor();
    expect(await page.getByRole('link', { name: intern().name }).count()).toBe(0);

    await page.goto(`${product.console}/inventory/groups/${group.id}`);
    const members = page.getByRole('table', { name: 'Members' });
    await members.getByRole('link', { name: intern().name }).waitFor();
    await page.locator('[data-state="drawn"]').waitFor();
    await page.getByRole('table', { name: 'Changes' }).getByRole('link', { name: intern().name }).first().waitFor();
    await expectAccessible(page);
    await page.goto(`${product.console}/inventory/groups/${group.id}?asOf=${before}`);
    await members.waitFor();
    expect(await members.getByRole('link', { name: intern().name }).count()).toBe(0);
    await page.getByRole('link', { name: 'Back to now' }).click();
    await members.getByRole('link', { name: intern().name }).waitFor();
    await page.context().close();
  });

  it('lists the identities of a moment', async () => {
    const asked = new URLSearchParams({ q: intern().name, tier: 'none', kind: 'human', sort: '-lastLogin' });
    const page = await open(`/identities?${asked}`);
    await page.getByText('Nobody matches').waitFor();
    // what was not kept of then is left out, and the page says so
    await page.goto(`${product.console}/identities?${asked}&asOf=${before}`);
    await page.getByText('the order by last sign-in are left out').waitFor();
    expect(await page.getByRole('combobox', { name: 'Kind' }).count()).toBe(0);
    await expectAccessible(page);
    await page.getByRole('link', { name: intern().name }).click();
    await page.getByText('No path leads from this identity to tier zero.').waitFor();
    expect(new URL(page.url()).searchParams.get('asOf')).toBe(before);
    // what is refused is told beside the form
    await page.goto(`${product.console}/inventory/groups?asOf=2199-01-01T00:00`);
    await page.getByRole('alert').getByText('must not lie in the future').waitFor();
    await page.getByRole('link', { name: 'Back to now' }).click();
    await page.getByRole('table', { name: 'Groups' }).waitFor();
    await page.context().close();
  });

  it('draws longer paths, too, when asked', async () => {
    const query = `from=${intern().id}&slack=2&limit=15`;
    const { paths } = await api.request<{ paths: unknown[] }>('GET', `/graph/paths?${query}`);
    const page = await open(`/graph?from=${intern().id}`);
    await page.getByLabel('Paths', { exact: true }).selectOption('Up to 2 steps longer');
    await page.getByRole('button', { name: 'Find paths' }).click();
    await page.waitForURL((url) => url.searchParams.get('slack') === '2');
    const lists = page.getByRole('list', { name: paths.length === 1 ? 'Step by step' : /^Path \d/ });
    await lists.nth(paths.length - 1).waitFor();
    expect(await lists.count()).toBe(paths.length);
    await expectAccessible(page);
    await page.context().close();
  });

  it('explains why a person has an app', async () => {
    const { apps } = await api.request<{ apps: { id: string; name: string }[] }>('GET', `/identities/${intern().id}`);
    const [app] = apps;
    if (!app) throw new Error('The intern has no app');
    const page = await open(`/identities/${intern().id}`);
    await page
      .getByRole('link', { name: `Why ${app.name} is held` })
      .first()
      .click();
    await page.getByRole('heading', { name: `Why ${intern().name} has ${app.name}` }).waitFor();
    const ways = page.getByRole('list', { name: 'Ways' });
    await ways.getByRole('link', { name: app.name }).first().waitFor();
    await expectAccessible(page);

    // an assignment lets nobody in whose account is closed
    const [held] = await all<Person>('/identities?status=SUSPENDED');
    const suspended = await api.request<{ apps: { id: string }[] }>('GET', `/identities/${held?.id}`);
    await page.goto(`${product.console}/graph/access?identity=${held?.id}&app=${suspended.apps[0]?.id}`);
    await page.getByText(`does not let ${held?.name} in: the account cannot be signed in to`).waitFor();
    expect(await page.getByText(/ can open /).count()).toBe(0);
    await expectAccessible(page);

    // nobody has what is not there
    await page.goto(`${product.console}/graph/access?identity=${intern().id}&app=no such app`);
    await page.getByText('Nothing in the graph is called “no such app”.').waitFor();
    await page.context().close();
  });

  it('answers a name without JavaScript', async () => {
    const page = await open(`/graph?from=${encodeURIComponent(intern().name)}`, { javaScriptEnabled: false });
    expect(await page.locator('main').textContent()).toContain(group.name);
    await page.context().close();
  });

  it('asks straight from a choke point', async () => {
    const page = await open('/graph/choke-points');
    const edge = page.getByRole('row').filter({ has: page.getByRole('link', { name: group.name }) });
    await edge
      .filter({ hasText: 'holds the role' })
      .first()
      .getByRole('button', { name: /What if removed/ })
      .click();
    await page.waitForURL((url) => url.pathname === '/graph/what-if');
    await page.getByRole('list', { name: 'To be removed' }).getByRole('link', { name: group.name }).waitFor();
    await page.getByRole('button', { name: 'Empty the list' }).click();
    await page.getByText('Nothing to ask about yet').waitFor();
    await page.context().close();
  });

  it('shows a change without a reload by hand', async () => {
    const [, second] = interns;
    if (!second) throw new Error('There is only one person without rights');
    const page = await open(`/graph/changes?node=${group.id}`);
    await page.getByRole('table', { name: 'Changes' }).waitFor();
    await join(second);
    await page.getByRole('link', { name: second.name }).first().waitFor();
    await page.context().close();
  });

  it.each([
    { width: 1440, colorScheme: 'dark' as const },
    { width: 390, colorScheme: 'light' as const },
  ])('is accessible and fits at $width px, $colorScheme', async ({ width, colorScheme }) => {
    const [app] = await all<{ id: string }>('/apps');
    const [role] = await all<{ id: string }>('/roles');
    const page = await open('/graph', { viewport: { width, height: 900 }, colorScheme });
    await expectPagesFit(page, product.console, [
      '/graph',
      `/graph?from=${intern().id}`,
      `/graph?to=${group.id}`,
      '/graph/blast-radius',
      `/graph/blast-radius?from=${intern().id}`,
      '/graph/choke-points',
      '/graph/what-if',
      '/graph/access',
      '/graph/changes',
      '/inventory/groups',
      '/inventory/credentials',
      '/inventory/resources',
      `/inventory/groups/${group.id}`,
      `/inventory/apps/${app?.id}`,
      `/inventory/roles/${role?.id}`,
      '/coverage',
    ]);
    await page.context().close();
  });

  it('answers what there is not with an error page', async () => {
    const page = await open('/inventory/groups/grp_nosuchgroup00000000');
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    expect((await page.goto(`${product.console}/inventory/planets`))?.status()).toBe(404);
    await page.context().close();
  });
});
