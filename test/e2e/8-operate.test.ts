import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, createApiClient } from '../../scripts/lib/api.ts';
import { hookEnvelope } from '../../scripts/lib/deliveries.ts';
import { executablePath, useBrowser } from '../browser/browser.ts';
import { expectAccessible, signIn } from '../browser/flows.ts';
import { deliver, eventually, lab, type NewSource, okta, product, signOn } from './helpers.ts';
import { orgOf, type Person, SYNC_WITHIN, statusOf, type TenantOrg } from './tenant-org.ts';

/** A change of shards begins with the next minute. */
const GROWN_WITHIN = 300_000;
const PASSWORD = 'long enough password 1';
const operator = { email: 'operator@postern.test', password: PASSWORD };
const gail = { email: 'gail@globex.test', password: PASSWORD };

/** A customer from its first minute on: each test goes on where the one before it ended. */
describe.skipIf(!executablePath)('a new tenant, from the operator to its people', () => {
  const browser = useBrowser();
  let operates: Page;
  let page: Page;
  let tenant = '';
  let api: ApiClient;
  let org: TenantOrg;
  let first: string;
  let second: NewSource;
  let person: Person;

  const newPage = () => browser.newPage({ viewport: { width: 1440, height: 900 } });
  beforeAll(async () => {
    await lab('POST', '/lab/pause');
    // several syncs of one org within a minute are the test's doing, and not what it is about
    await lab('POST', '/lab/faults', { rateMultiplier: 50 });
    await createApiClient(product.api, product.operatorToken, 'operator').request('POST', '/users', {
      ...operator,
      name: 'Otto Operator',
      role: 'operator',
    });
    [operates, page] = await Promise.all([newPage(), newPage()]);
  });
  afterAll(async () => {
    // its sources are not read beside those of the other tests
    if (tenant !== '') await api.request('PATCH', `/tenants/${tenant}`, { status: 'suspended' });
    await lab('DELETE', '/lab/faults');
    await lab('POST', '/lab/resume');
  });

  it('an operator makes it, with its first super admin', async () => {
    await signIn(operates, { consoleUrl: product.console, ...operator });
    await operates.getByRole('heading', { level: 1, name: 'Tenants' }).waitFor();
    await operates.getByRole('button', { name: 'Create tenant' }).click();
    await operates.getByText('What is the customer called?').waitFor();
    await expectAccessible(operates);
    await operates.getByLabel('Name', { exact: true }).fill('Globex');
    await operates.getByLabel('First super admin').fill('Gail Globex');
    await operates.getByLabel('E-mail').fill(gail.email);
    await operates.getByRole('textbox', { name: 'First password' }).fill(gail.password);
    await operates.getByRole('button', { name: 'Create tenant' }).click();
    await operates.getByRole('heading', { level: 1, name: 'Globex' }).waitFor();
    await operates.getByRole('status').getByText('Globex is made').waitFor();
    await expectAccessible(operates);
    tenant = new URL(operates.url()).pathname.split('/').at(-1) ?? '';
    api = createApiClient(product.api, product.operatorToken, tenant);
    org = orgOf(api);

    await operates.goto(`${product.console}/operate`);
    const row = operates.getByRole('row').filter({ has: operates.getByRole('link', { name: 'Globex' }) });
    await row.getByText('None connected').waitFor();
    // what is in a tenant is for its own people
    await operates.goto(`${product.console}/issues`);
    await operates.getByText('This page is of one tenant').waitFor();
  });

  it('its super admin is led to connect a source', async () => {
    await signIn(page, { consoleUrl: product.console, ...gail });
    await page.getByRole('heading', { level: 1, name: 'Welcome to Postern' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Connect a source' }).click();
    await page.getByLabel('Name').fill('Globex Okta');
    await page.getByLabel('Okta domain').fill(product.lab);
    await page.getByRole('radio', { name: 'Polling' }).check();
    await page.getByRole('radio', { name: 'API token' }).check();
    await page.getByRole('textbox', { name: 'API token' }).fill('lab-ssws-token');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Globex Okta is added' }).waitFor();
    await expectAccessible(page);
    const { data } = await api.request<{ data: { id: string }[] }>('GET', '/sources');
    first = data[0]?.id ?? '';
    expect((await org.syncNow(first)).status).toBe('succeeded');
    await operates.goto(`${product.console}/operate/tenants/${tenant}`);
  });

  it('the operator spreads its graph over more shards, while it works', async () => {
    await operates.goto(`${product.console}/operate/tenants/${tenant}`);
    const sources = operates.getByRole('table', { name: 'Sources' });
    await sources.getByRole('row').filter({ hasText: 'Globex Okta' }).getByText('Succeeded').waitFor();
    const spread = operates.getByLabel('Spread it over');
    await spread.fill('65');
    await operates.getByRole('button', { name: 'Change', exact: true }).click();
    await operates.getByText('1 to 64', { exact: true }).waitFor();
    await expectAccessible(operates);
    await spread.fill('2');
    await operates.getByRole('button', { name: 'Change', exact: true }).click();
    await operates.getByText('It begins within a minute').waitFor();
    await operates.getByText('1 to 2 shards').waitFor();
    await expectAccessible(operates);
  });

  it('an account is split from a person and joined again by hand, and syncs leave it so', async () => {
    second = await api.request<NewSource>('POST', '/sources', {
      kind: 'okta',
      name: 'Globex subsidiary',
      baseUrl: product.lab,
      mode: 'event_hook',
      auth: { type: 'ssws', token: 'lab-ssws-token' },
    });
    expect((await org.syncNow(second.id)).status).toBe('succeeded');
    person = await eventually('somebody with an account in both', async () => {
      for (const one of await org.peopleOf(first)) if ((await org.accountsOf(one.id)).length === 2) return one;
      return undefined;
    });
    const [, other] = await org.accountsOf(person.id);
    if (!other) throw new Error('There is no second account');

    await page.goto(`${product.console}/identities/${person.id}`);
    await page.getByText('Joined', { exact: true }).waitFor();
    await page
      .locator('summary', { hasText: `Split off ${other.login}` })
      .last()
      .click();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Split off', exact: true }).filter({ visible: true }).click();
    await page.getByRole('status').getByText('The account is an identity of its own now').waitFor();
    await page.locator('summary', { hasText: 'Split off' }).first().waitFor({ state: 'detached' });
    await org.syncNow(second.id);
    expect(await org.accountsOf(person.id)).toHaveLength(1);

    await page.reload();
    const suggestions = page.getByRole('list', { name: 'Suggestions' });
    await suggestions.locator('summary', { hasText: `Join ${other.login}` }).click();
    await expectAccessible(page);
    await suggestions.getByRole('button', { name: 'Join', exact: true }).click();
    await page.getByRole('status').getByText('They are one identity now').waitFor();
    // either of the two may be the one that stays
    person = { ...person, id: new URL(page.url()).pathname.split('/').at(-1) ?? '' };
    expect((await org.accountsOf(person.id)).map(({ source }) => source).sort()).toEqual([first, second.id].sort());
  });

  it('a change in Okta is off until a super admin turns it on, and then is shown before it is made', async () => {
    const [account] = await org.accountsOf(person.id);
    if (!account) throw new Error(`${person.name} has no account`);
    await page.goto(`${product.console}/identities/${person.id}`);
    const suspend = page.getByRole('button', { name: /^Suspend…/ }).first();
    await suspend.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('link', { name: 'Turn it on' }).click();
    await page.waitForURL((url) => url.pathname === '/settings/remediation');
    await page.getByRole('button', { name: 'Turn on' }).click();
    await page.getByRole('status').getByText('people with the permission may make changes').waitFor();
    await expectAccessible(page);

    await page.goto(`${product.console}/identities/${person.id}`);
    await suspend.click();
    await dialog.getByRole('heading', { name: 'What is called in Okta' }).waitFor();
    await dialog.getByText(`POST /api/v1/users/${account.nativeId}/lifecycle/suspend`).waitFor();
    await dialog.getByRole('heading', { name: 'What follows' }).waitFor();
    await dialog.getByText(/^Today it reaches/).waitFor();
    await expectAccessible(page);
    const confirm = dialog.getByRole('button', { name: /^Suspend/ });
    expect(await confirm.isDisabled()).toBe(true);
    // looking at it did nothing, and the focus is where it was
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await suspend.evaluate((button) => button === document.activeElement)).toBe(true);
    expect(await statusOf(account.nativeId)).toBe('ACTIVE');

    await page.keyboard.press('Enter');
    const typed = dialog.getByRole('textbox');
    await typed.fill((await dialog.locator('label span').first().textContent()) ?? '');
    await confirm.click();
    await dialog.getByText('Done. The graph and the issues follow').waitFor();
    await expectAccessible(page);
    expect(await statusOf(account.nativeId)).toBe('SUSPENDED');
    await dialog.getByRole('link', { name: 'What was done' }).click();
    await page.getByRole('heading', { level: 1, name: /^Suspend/ }).waitFor();
    await page.getByText('Gail Globex').filter({ visible: true }).first().waitFor();
    await page.getByRole('heading', { name: 'What Okta answered' }).waitFor();
    await page.getByRole('heading', { name: 'The plan that was confirmed' }).waitFor();
    await expectAccessible(page);
    await okta('POST', `/users/${account.nativeId}/lifecycle/unsuspend`);
  });

  it('what cannot be processed is replayed, or discarded with a reason', async () => {
    const bad = [1, 2].map((n) => ({ ...signOn(n), uuid: undefined }));
    await deliver(`/ingest/okta/events/${second.id}`, second.eventHookSecret, hookEnvelope(bad));
    await eventually('the dead letters', async () => {
      const { data } = await api.request<{ data: unknown[] }>('GET', '/dead-letters?status=open');
      return data.length === 2 ? true : undefined;
    });
    await page.goto(`${product.console}/dead-letters?status=open`);
    const letters = page.getByRole('article');
    await letters.first().locator('summary', { hasText: 'Discard' }).click();
    await letters.first().getByLabel('Reason for discarding').fill('Sent by a test');
    await expectAccessible(page);
    await letters.first().getByRole('button', { name: 'Discard', exact: true }).click();
    await page.getByRole('status').getByText('Discarded.').waitFor();
    await letters.nth(1).waitFor({ state: 'detached' });
    await letters.first().getByRole('button', { name: 'Replay', exact: true }).click();
    await page.getByRole('status').getByText('Replayed: it goes through the inbox again.').waitFor();
    await page.goto(`${product.console}/dead-letters`);
    await page.getByText('by Gail Globex: Sent by a test').waitFor();
    await letters.getByText('Replayed', { exact: true }).first().waitFor();
    await expectAccessible(page);
  });

  it('a sync that would remove nearly everybody waits for a word', async () => {
    const held = page.getByText('This sync is held for your word');
    const heldSync = async () => {
      const last = await org.lastSync(second.id);
      await page.goto(`${product.console}/sources/${second.id}`);
      await page.getByRole('button', { name: 'Sync now' }).click();
      expect((await org.syncEnds(second.id, last?.id)).status).toBe('held');
      await page.reload();
      await held.waitFor();
    };
    await lab('POST', '/lab/faults', { emptyUsers: true });
    await heldSync();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Reject and keep everything' }).click();
    await page.getByText('Rejected: nothing is removed.').waitFor();
    await held.waitFor({ state: 'detached' });
    expect(await org.peopleOf(second.id)).not.toHaveLength(0);

    await heldSync();
    await page.getByRole('button', { name: 'Confirm the removals' }).click();
    await page.getByText('Confirmed: the sync goes on.').waitFor();
    await eventually(
      'the accounts to go',
      async () => ((await org.peopleOf(second.id)).length === 0 ? true : undefined),
      SYNC_WITHIN,
    );
    // the other source has not lost anybody
    expect(await org.accountsOf(person.id)).toHaveLength(1);
  });

  it('the shards are two, and a suspended tenant lets nobody in', async () => {
    await eventually(
      'the change of shards',
      async () => {
        const { shards } = await api.request<{ shards: number }>('GET', `/tenants/${tenant}/shards`);
        return shards === 2 ? true : undefined;
      },
      GROWN_WITHIN,
    );
    await operates.goto(`${product.console}/operate/tenants/${tenant}`);
    await operates.getByText('2 shards', { exact: true }).waitFor();
    await operates.locator('summary', { hasText: 'Suspend' }).click();
    await operates.getByRole('button', { name: 'Suspend Globex' }).click();
    await operates.getByRole('status').getByText('its people and tokens are refused').waitFor();
    await expectAccessible(operates);
    await page.goto(`${product.console}/issues`);
    await page.getByRole('heading', { name: 'This tenant is suspended' }).waitFor();
    await expectAccessible(page);
    await operates.getByRole('button', { name: 'Resume Globex' }).click();
    await operates.getByRole('status').getByText('Resumed.').waitFor();
    await page.getByRole('link', { name: 'Reload' }).click();
    await page.getByRole('heading', { level: 1, name: 'Issues' }).waitFor();
  });
});
