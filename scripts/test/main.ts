import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, root } from '../lib/root.ts';
import { ensureKeys } from '../start/keys.ts';
import { ensureChromium } from './chromium.ts';

/**
 * Runs every check: `npm test`, or some of them: `npm test -- types lint runtime`. The last line counts tests of the
 * suites and, as one each, the checks that have no tests of their own.
 */
interface Check {
  name: string;
  command: string;
  args: string[];
  /** A vitest suite: its results are counted test by test. */
  suite?: boolean;
}

const results = join(root, '.postern', 'test');
const vitest = (name: string, config: string): Check => ({
  name,
  command: 'vitest',
  args: [
    'run',
    '--config',
    config,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(results, `${name}.json`)}`,
  ],
  suite: true,
});

const CHECKS: Check[] = [
  { name: 'types', command: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'types-scripts', command: 'tsc', args: ['-p', 'scripts/tsconfig.json'] },
  { name: 'types-web', command: 'tsc', args: ['-p', 'web/tsconfig.json'] },
  { name: 'lint', command: 'biome', args: ['check', '--error-on-warnings', '.'] },
  vitest('runtime', 'vitest.config.ts'),
  vitest('node', 'scripts/vitest.config.ts'),
  vitest('e2e', 'test/e2e/vitest.config.ts'),
];

function execute(check: Check): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(bin(check.command), check.args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

function countOf(check: Check, code: number): Count {
  const file = join(results, `${check.name}.json`);
  if (!check.suite || !existsSync(file)) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  const report = JSON.parse(readFileSync(file, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
  };
  // a suite that could not run has no failed test, yet it failed
  const failed = report.numFailedTests === 0 && code !== 0 ? 1 : report.numFailedTests;
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests };
}

const wanted = process.argv.slice(2);
const checks = CHECKS.filter(
  (check) => wanted.length === 0 || wanted.some((name) => check.name === name || check.name.startsWith(`${name}-`)),
);
if (checks.length === 0) {
  console.error(`No such check. There are: ${CHECKS.map((check) => check.name).join(', ')}`);
  process.exit(2);
}
mkdirSync(results, { recursive: true });
ensureKeys();
if (checks.some((check) => check.name === 'e2e')) await ensureChromium();

const total: Count = { passed: 0, failed: 0, skipped: 0 };
const summary: string[] = [];
for (const check of checks) {
  console.log(`\n— ${check.name}`);
  const began = Date.now();
  const count = countOf(check, await execute(check));
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  summary.push(
    `  ${count.failed === 0 ? 'ok  ' : 'FAIL'} ${check.name.padEnd(14)} ${String(count.passed).padStart(5)} passed ${((Date.now() - began) / 1000).toFixed(1).padStart(7)} s`,
  );
}
console.log(`\n${summary.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exit(total.failed === 0 ? 0 : 1);
