import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { executablePath, useBrowser } from '../browser/browser.ts';
import { expectAccessible, expectPagesFit, logIn, runFlows } from '../browser/flows.ts';
import { all, api, eventually, type Issue, lab, product } from './helpers.ts';

if (!executablePath)
  console.log('No Chromium is installed (POSTERN_CHROMIUM names one): the browser tests are skipped');

const PAGES = [
  '/',
  '/issues',
  '/identities',
  '/sources',
  '/events',
  '/dead-letters',
  '/integrations',
  '/deliveries',
  '/detections',
  '/discovery',
  '/remediations',
  '/graph/queries',
  '/sources/new',
  '/integrations/new',
  '/settings/users',
  '/settings/tokens',
  '/settings/retention',
  '/settings/audit',
  '/settings/archive',
  '/settings/remediation',
  '/settings/account',
];

describe.skipIf(!executablePath)('the console in a browser', () => {
  const browser = useBrowser();
  const admin = product.users.find((user) => user.role === 'super_admin');
  const login = { consoleUrl: product.console, email: admin?.email ?? '', password: admin?.password ?? '' };

  /** Errors that the page itself reports: there must be none. */
  function errorsOf(page: Page): string[] {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    return errors;
  }

  it('lets a responder work from log-in to log-out', async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const errors = errorsOf(page);
    await runFlows(page, login);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('shows a new issue without a reload by hand', async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await logIn(page, login);
    await page.goto(`${product.console}/issues?sort=-openedAt`);
    const played = await lab<{ subject: { name: string } }>('POST', '/lab/scenarios/admin-without-mfa');
    await page.getByText(played.subject.name).filter({ visible: true }).first().waitFor();
    await page.context().close();
  });

  it.each([
    { width: 1440, colorScheme: 'dark' as const },
    { width: 390, colorScheme: 'light' as const },
  ])('is accessible and fits at $width px, $colorScheme', async ({ width, colorScheme }) => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    await logIn(page, login);
    const [issue] = await all<Issue & { identityId: string }>('/issues?status=open');
    await expectPagesFit(page, product.console, [
      ...PAGES,
      `/issues/${issue?.id}`,
      `/identities/${issue?.identityId}`,
      `/sources/${product.sourceId}`,
    ]);
    await page.context().close();
  });

  it('keeps a secret that is shown once on the page while the page updates itself', async () => {
    const page = await browser.newPage();
    await logIn(page, login);
    await page.goto(`${product.console}/settings/tokens`);
    await page.getByLabel('What it is for').fill('End-to-end test');
    await page.getByRole('button', { name: 'Make token' }).click();
    const shown = page.getByText('Shown this once').filter({ visible: true });
    await shown.waitFor();
    const counted = page.getByRole('link', { name: /^Issues/ }).first();
    const before = await counted.textContent();
    await lab('POST', '/lab/scenarios/admin-without-mfa');
    await eventually('the page to update itself', async () =>
      (await counted.textContent()) === before ? undefined : true,
    );
    expect(await shown.count()).toBe(1);
    await page.context().close();
  });

  it('comes back by itself when a page could not be loaded', async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await logIn(page, login);
    let refused = 0;
    await page.route(/\/dead-letters\.data/, (route) => (refused++ < 2 ? route.abort() : route.continue()));
    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: /^Dead letters/ })
      .click();
    await page.getByText('tries again by itself').waitFor();
    await expectAccessible(page);
    await page.getByRole('heading', { level: 1, name: 'Dead letters' }).waitFor();
    expect(refused).toBeGreaterThan(2);
    await page.context().close();
  });

  it('can be read without JavaScript', async () => {
    const page = await browser.newPage({ javaScriptEnabled: false });
    await page.goto(`${product.console}/login`);
    await page.fill('input[name=email]', login.email);
    await page.fill('input[name=password]', login.password);
    await page.click('button[type=submit]');
    const [issue] = await all<Issue>('/issues?status=open');
    await page.goto(`${product.console}/issues`);
    expect(await page.locator('main').textContent()).toContain(issue?.subject.name ?? 'no issue');
    await page.goto(`${product.console}/issues/${issue?.id}`);
    expect(await page.locator('main').textContent()).toContain(issue?.title ?? 'no issue');
    await page.context().close();
  });

  it('shows an auditor what is there and lets them change nothing', async () => {
    const viewer = product.users.find((user) => user.role === 'viewer');
    const page = await browser.newPage();
    await logIn(page, { ...login, email: viewer?.email ?? '', password: viewer?.password ?? '' });
    const issue = await api.request<{ data: Issue[] }>('GET', '/issues?limit=1');
    await page.goto(`${product.console}/issues/${issue.data[0]?.id}`);
    expect(await page.getByRole('button', { name: 'Dismiss' }).count()).toBe(0);
    await page.context().close();
  });
});
