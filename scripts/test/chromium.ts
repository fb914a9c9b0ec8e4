import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser for the browser tests: POSTERN_CHROMIUM, or one that is installed. Undefined when there is none. */
export function chromiumPath(): string | undefined {
  return [process.env.POSTERN_CHROMIUM, ...PLACES].find(
    (path) => path !== undefined && path !== '' && existsSync(path),
  );
}

/** Installs Debian's chromium where the machine has no browser and this process may. Without one the browser tests are skipped. */
export async function ensureChromium(): Promise<void> {
  if (chromiumPath() || !existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return;
  console.log('Installing chromium for the browser tests (once)…');
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
  const install = spawnSync('apt-get', ['install', '-y', '-qq', 'chromium'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (install.status !== 0) console.log('chromium could not be installed; the browser tests will be skipped');
}
