import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
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
  /** What failed and why, told again at the end: the output of the suites is long. */
  why: string[];
}

/** Of vitest's JSON report, what is told. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: {
    name: string;
    message: string;
    status: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

function countOf(check: Check, code: number): Count {
  const file = join(results, `${check.name}.json`);
  if (!check.suite || !existsSync(file)) {
    const failed = code === 0 ? 0 : 1;
    return { passed: 1 - failed, failed, skipped: 0, why: failed ? [`${check.name}: see its output above`] : [] };
  }
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  // a suite that could not run has no failed test, yet it failed
  const failed = report.numFailedTests === 0 && code !== 0 ? 1 : report.numFailedTests;
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests, why: failed ? reasons(report) : [] };
}

const LINES_OF_A_REASON = 40;

function reasons({ testResults }: Report): string[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [`${file}: ${message}`] : [];
    return failed.map(({ fullName, failureMessages }) => {
      const [first = ''] = failureMessages;
      return `${file}: ${fullName}\n      ${first.split('\n').slice(0, LINES_OF_A_REASON).join('\n      ')}`;
    });
  });
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

const total: Count = { passed: 0, failed: 0, skipped: 0, why: [] };
const summary: string[] = [];
for (const check of checks) {
  console.log(`\n— ${check.name}`);
  rmSync(join(results, `${check.name}.json`), { force: true });
  const began = Date.now();
  const count = countOf(check, await execute(check));
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  total.why.push(...count.why);
  summary.push(
    `  ${count.failed === 0 ? 'ok  ' : 'FAIL'} ${check.name.padEnd(14)} ${String(count.passed).padStart(5)} passed ${((Date.now() - began) / 1000).toFixed(1).padStart(7)} s`,
  );
}
if (total.why.length > 0) console.log(`\nFailed:\n  ${total.why.join('\n  ')}`);
console.log(`\n${summary.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exit(total.failed === 0 ? 0 : 1);
