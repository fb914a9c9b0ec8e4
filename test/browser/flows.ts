import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';

export interface ConsoleLogin {
  consoleUrl: string;
  email: string;
  password: string;
}

/**
 * What a responder does with the console, from log-in to log-out, on a tenant that has open issues with a path to tier
 * zero. Every page on the way is held to WCAG by axe. Throws at the first thing that is not as it should be.
 */
export async function runFlows(page: Page, login: ConsoleLogin): Promise<void> {
  await refuseWrongPassword(page, login);
  await logIn(page, login);
  await lookAtDashboard(page);
  const issue = await openIssueWithPath(page);
  await dismissAndReopen(page, login, issue);
  await findIdentity(page, login);
  await lookAtSource(page, login);
  await lookAtDeadLetters(page, login);
  await seeErrorPages(page, login);
  await logOut(page);
}

export async function logIn(page: Page, login: ConsoleLogin): Promise<void> {
  await signIn(page, login);
  await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
}

/** Signs in, and leaves the page wherever that leads: it depends on the role and on what there is. */
export async function signIn(page: Page, { consoleUrl, email, password }: ConsoleLogin): Promise<void> {
  await page.goto(`${consoleUrl}/login`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname !== '/login');
}

/** Throws with the violations of the page as it stands, if there are any. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  if (violations.length === 0) return;
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  throw new Error(`${page.url()} has accessibility violations\n${told.join('\n')}`);
}

/** Opens each page and holds it to WCAG, and to the width of the screen. Throws at the first that is not as it should be. */
export async function expectPagesFit(page: Page, consoleUrl: string, paths: string[]): Promise<void> {
  for (const path of paths) {
    const response = await page.goto(consoleUrl + path);
    if (response?.status() !== 200) throw new Error(`${path} answered ${response?.status()}, not 200`);
    await expectAccessible(page);
    const { scrollWidth, clientWidth } = await page.evaluate(() => ({
      scrollWidth: document.documentElement.scrollWidth,
      clientWidth: document.documentElement.clientWidth,
    }));
    if (scrollWidth > clientWidth) throw new Error(`${path} is ${scrollWidth - clientWidth} px wider than the screen`);
  }
}

async function refuseWrongPassword(page: Page, login: ConsoleLogin): Promise<void> {
  // a page that needs a session leads to the log-in, and back to itself afterwards
  await page.goto(`${login.consoleUrl}/identities?q=a`);
  await page.waitForURL((url) => url.pathname === '/login' && url.searchParams.get('next') === '/identities?q=a');
  await expectAccessible(page);
  await page.getByLabel('E-mail').fill('nobody@postern.test');
  await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('is not right').waitFor();
  await expectAccessible(page);
}

async function lookAtDashboard(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Top issues' }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await expectAccessible(page);
}

/** Opens the most urgent issue and leaves the page on it. */
async function openIssueWithPath(page: Page): Promise<{ title: string; url: string }> {
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: /^Issues/ })
    .click();
  const first = page.getByRole('table', { name: 'Issues' }).locator('tbody a[href^="/issues/"]').first();
  await first.waitFor();
  await expectAccessible(page);
  const title = (await first.textContent()) ?? '';
  await first.click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await page.getByRole('figure', { name: /to tier zero/ }).waitFor();
  await page.getByRole('heading', { name: 'Priority' }).waitFor();
  await expectAccessible(page);
  return { title, url: page.url() };
}

async function dismissAndReopen(page: Page, login: ConsoleLogin, issue: { url: string }): Promise<void> {
  const { pathname } = new URL(issue.url);
  await page.locator('summary', { hasText: 'Dismiss' }).click();
  await page.getByLabel('Reason').selectOption('compensating_control');
  await page.getByLabel('Note').fill('Watched by the browser check');
  await page.getByRole('button', { name: 'Dismiss issue' }).click();
  await page.getByRole('status').getByText('Dismissed').waitFor();
  await page.getByText('Compensating control', { exact: true }).waitFor();
  await expectAccessible(page);

  await page.goto(`${login.consoleUrl}/issues`);
  await page.getByLabel('Status').selectOption('dismissed');
  await page.waitForURL((url) => url.searchParams.get('status') === 'dismissed');
  const row = page.locator(`tbody a[href="${pathname}"]`);
  await row.click();
  await page.getByRole('button', { name: 'Reopen' }).click();
  await page.getByRole('status').getByText('Open again').waitFor();
  await page.locator('summary', { hasText: 'Dismiss' }).waitFor();
}

async function findIdentity(page: Page, login: ConsoleLogin): Promise<void> {
  await page.goto(`${login.consoleUrl}/identities?tier=global_admin`);
  const link = page.getByRole('table', { name: 'Identities' }).locator('tbody a[href^="/identities/"]').first();
  const name = (await link.textContent()) ?? '';
  await page.getByLabel('Search').fill(name);
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.waitForURL((url) => url.searchParams.get('q') === name);
  await expectAccessible(page);
  await page.getByRole('table', { name: 'Identities' }).getByRole('link', { name }).first().click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.getByRole('heading', { name: 'Accounts' }).waitFor();
  await page.getByRole('heading', { name: 'Checks' }).waitFor();
  await expectAccessible(page);
}

async function lookAtSource(page: Page, login: ConsoleLogin): Promise<void> {
  await page.goto(`${login.consoleUrl}/sources`);
  await expectAccessible(page);
  await page.locator('main a[href^="/sources/src_"]').first().click();
  await page.getByRole('heading', { name: 'Health' }).waitFor();
  await page.getByRole('table', { name: 'Syncs' }).waitFor();
  await expectAccessible(page);
}

async function lookAtDeadLetters(page: Page, login: ConsoleLogin): Promise<void> {
  await page.goto(`${login.consoleUrl}/dead-letters?reason=no.such.reason`);
  await page.getByText('No dead letter matches').waitFor();
  await expectAccessible(page);
}

async function seeErrorPages(page: Page, login: ConsoleLogin): Promise<void> {
  for (const path of ['/no-such-page', '/issues/iss_nosuchissue']) {
    const answer = await page.goto(`${login.consoleUrl}${path}`);
    if (answer?.status() !== 404) throw new Error(`${path} answered ${answer?.status()}, not 404`);
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    await expectAccessible(page);
  }
}

async function logOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Account of/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL((url) => url.pathname === '/login');
}
