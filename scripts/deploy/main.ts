import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bin, root } from '../lib/root.ts';
import { createdId, deployedUrl, missingSecrets, withApiUrl, withArchive, withDatabaseId } from './config.ts';

/**
 * Creates what is missing on the Cloudflare account (databases, queues), migrates, and deploys the Worker and the
 * console. Run it again at any time: what exists stays. `--dry-run` needs no account: it builds and checks everything
 * that would be deployed and prints the steps.
 */
const { values } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    project: { type: 'string', default: 'postern-console' },
    'console-url': { type: 'string' },
    'api-url': { type: 'string' },
    // R2 must be enabled on the account
    archive: { type: 'boolean', default: false },
  },
});
/** Where people open the console: the links in webhooks lead there. */
const consoleUrl = values['console-url'] ?? `https://${values.project}.pages.dev`;
const deployArgs = ['deploy', '--var', `CONSOLE_URL:${consoleUrl}`];
const dry = values['dry-run'];

const DATABASES = [
  { binding: 'CONTROL', name: 'postern-control' },
  { binding: 'EVIDENCE_0', name: 'postern-evidence-0' },
];
const QUEUES = ['postern-inbox', 'postern-inbox-dead', 'postern-outbound', 'postern-outbound-dead'];
const BUCKET = 'postern-archive';
const configFile = join(root, 'wrangler.toml');

function step(title: string): void {
  console.log(`\n— ${title}`);
}

function wrangler(args: string[], options: { cwd?: string; allow?: RegExp } = {}): string {
  console.log(`  wrangler ${args.join(' ')}`);
  const result = spawnSync(bin('wrangler'), args, {
    cwd: options.cwd ?? root,
    encoding: 'utf8',
    stdio: ['inherit', 'pipe', 'pipe'],
  });
  const output = `${result.stdout}${result.stderr}`;
  if (result.status !== 0 && !options.allow?.test(output)) {
    console.error(output);
    console.error(
      '\nThe deployment stopped here. Fix what is said above and run `npm run deploy` again: what is done stays done.',
    );
    process.exit(1);
  }
  return output;
}

step('console: build');
const built = spawnSync(bin('remix'), ['vite:build'], { cwd: join(root, 'web'), stdio: 'inherit' });
if (built.status !== 0) process.exit(1);

if (dry) {
  step('Worker: bundle and check, without an account');
  wrangler([...deployArgs, '--dry-run', '--outdir', join(root, 'dist', 'worker')]);
  step('console: bundle its functions');
  wrangler(['pages', 'functions', 'build', '--outdir', join(root, 'dist', 'console')], { cwd: join(root, 'web') });
  step('what `npm run deploy` would do');
  for (const { name } of DATABASES)
    console.log(`  create D1 database ${name} if missing, write its id into wrangler.toml, apply its migrations`);
  if (values.archive) console.log(`  create R2 bucket ${BUCKET} if missing, bind it in wrangler.toml`);
  for (const queue of QUEUES) console.log(`  create queue ${queue} if missing`);
  console.log('  deploy the Worker postern with its durable objects, workflow, consumers and crons');
  console.log(`  deploy the console to the Pages project ${values.project}`);
  process.exit(0);
}

step('databases');
for (const { binding, name } of DATABASES) {
  const output = wrangler(['d1', 'create', name], { allow: /already exists/i });
  const id = createdId(output) ?? createdId(wrangler(['d1', 'info', name, '--json']));
  if (!id) throw new Error(`the id of database ${name} could not be read`);
  writeFileSync(configFile, withDatabaseId(readFileSync(configFile, 'utf8'), binding, id));
}
step('queues');
for (const queue of QUEUES) wrangler(['queues', 'create', queue], { allow: /already (exists|taken)/i });
if (values.archive) {
  step('archive');
  wrangler(['r2', 'bucket', 'create', BUCKET], { allow: /already exists/i });
  writeFileSync(configFile, withArchive(readFileSync(configFile, 'utf8')));
}
step('migrations');
for (const { binding } of DATABASES) wrangler(['d1', 'migrations', 'apply', binding, '--remote']);
step('Worker');
const secrets = missingSecrets(wrangler(['secret', 'list'], { allow: /not found|does not exist/i }));
let deployed = '';
if (Object.keys(secrets).length === 0) deployed = wrangler(deployArgs);
else {
  const file = join(mkdtempSync(join(tmpdir(), 'postern-deploy-')), 'secrets.json');
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  try {
    deployed = wrangler([...deployArgs, '--secrets-file', file]);
  } finally {
    rmSync(file);
  }
}
const apiUrl = values['api-url'] ?? deployedUrl(deployed);
if (apiUrl) {
  const consoleConfig = join(root, 'web', 'wrangler.toml');
  writeFileSync(consoleConfig, withApiUrl(readFileSync(consoleConfig, 'utf8'), apiUrl));
}
step('console');
wrangler(['pages', 'project', 'create', values.project, '--production-branch', 'main'], {
  cwd: join(root, 'web'),
  allow: /already exists/i,
});
wrangler(['pages', 'deploy', '--project-name', values.project, '--branch', 'main'], { cwd: join(root, 'web') });
console.log('\nDone.');
if (secrets.OPERATOR_TOKEN) {
  console.log(`The operator token, shown once: ${secrets.OPERATOR_TOKEN}`);
  console.log('Create the first tenant with it: POST /api/v1/tenants (see the README).');
}
