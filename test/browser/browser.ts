import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, type RunnerTestCase } from 'vitest';
import { chromiumPath } from '../../scripts/test/chromium.ts';

/** Undefined where no Chromium is installed. */
export const executablePath = chromiumPath();

/** How long one step may take, milliseconds: the whole product shares the machine. */
const STEP_TIMEOUT_MS = 60_000;
/** Characters of a page that a failure tells. */
const TOLD = 2_000;

export interface TestBrowser {
  /** A page with a context of its own, which axe asks for. */
  newPage(options?: BrowserContextOptions): Promise<Page>;
}

/** One browser for the tests of a `describe`. A test that fails tells what its pages showed: nobody can look any more. */
export function useBrowser(): TestBrowser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });
  afterEach(({ task }) => tellPages(task, browser));
  afterAll(() => browser?.close());
  return {
    async newPage(options = {}) {
      if (!browser) throw new Error('The browser is started before the first test, not before');
      const context = await browser.newContext(options);
      context.setDefaultTimeout(STEP_TIMEOUT_MS);
      return context.newPage();
    },
  };
}

async function tellPages(task: Readonly<RunnerTestCase>, browser: Browser | undefined): Promise<void> {
  if (task.result?.state !== 'fail') return;
  const pages = browser?.contexts().flatMap((context) => context.pages()) ?? [];
  const told = (await Promise.all(pages.map(textOf))).join('');
  for (const error of task.result.errors ?? []) {
    error.message += told;
    error.stack = `${error.message}\n${error.stack ?? ''}`;
  }
}

async function textOf(page: Page): Promise<string> {
  const text = await page.locator('main').first().ariaSnapshot({ timeout: 5_000 }).catch(String);
  return `\n\nThe page ${page.url()} showed:\n${text.slice(0, TOLD)}`;
}
