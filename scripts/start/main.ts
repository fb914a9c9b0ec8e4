import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionsOrExit } from '../lib/options.ts';
import { createSupervisor, healthy } from '../lib/processes.ts';
import { run } from '../lib/run.ts';
import { ensureConsoleBuilt } from './console-build.ts';
import { tickCron } from './cron.ts';
import { connectLab, ensureDemo, firstSync } from './demo.ts';
import { parseFlags, type StartOptions, usage } from './flags.ts';
import { ensureKeys } from './keys.ts';
import { banner } from './screen.ts';
import { consoleService, labService, migrations, origin, workerService, writeLocalConfig } from './services.ts';

const supervisor = createSupervisor((line) => console.error(`  ${line}`));
const tell = (line: string) => console.log(`  ${line}`);

async function refuseTakenPorts(o: StartOptions): Promise<void> {
  const ports = [
    ['--port', o.port, true],
    ['--console-port', o.consolePort, o.console],
    ['--lab-port', o.labPort, o.lab],
  ] as const;
  for (const [flag, port, used] of ports) {
    if (used && (await healthy(origin(port), 500)))
      throw new Error(`Port ${port} is in use. Stop what runs there or choose another with ${flag}.`);
  }
}

async function start(o: StartOptions): Promise<void> {
  const runFile = join(o.data, 'run.json');
  const demoFile = join(o.data, 'demo.json');
  await refuseTakenPorts(o);
  if (o.fresh) rmSync(o.data, { recursive: true, force: true });
  mkdirSync(o.data, { recursive: true });
  rmSync(runFile, { force: true });
  const keys = ensureKeys();

  tell('migrating the databases');
  for (const { args, env } of migrations(o))
    await run('wrangler', args, { env, log: join(o.data, 'logs', 'migrations.log') });
  if (o.console) {
    tell('building the console');
    await ensureConsoleBuilt(join(o.data, 'logs', 'console-build.log'));
  }
  writeLocalConfig();
  tell('starting');
  if (o.lab) await supervisor.start(labService(o));
  await supervisor.start(workerService(o));
  if (o.console) await supervisor.start(consoleService(o));

  const api = origin(o.port);
  const demo = await ensureDemo(api, keys.operatorToken, demoFile);
  if (o.lab) {
    await connectLab(api, origin(o.labPort), demo, demoFile, tell);
    await firstSync(api, demo, tell, 120_000);
  }
  const stopCron = tickCron(api);
  process.once('exit', stopCron);

  const facts = {
    api,
    ...(o.console ? { console: origin(o.consolePort) } : {}),
    ...(o.lab ? { lab: origin(o.labPort) } : {}),
    tenant: demo.tenant,
    token: demo.token,
    operatorToken: keys.operatorToken,
    ...(demo.sourceId
      ? { sourceId: demo.sourceId, eventHookSecret: demo.eventHookSecret, eventBridgeSecret: demo.eventBridgeSecret }
      : {}),
    users: demo.users,
  };
  writeFileSync(runFile, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
  console.log(banner(facts, runFile));
}

let stopping = false;
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  await supervisor.stopAll();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

const o = optionsOrExit(parseFlags, usage);
console.log('\n  Postern');
start(o).catch(async (error: unknown) => {
  console.error(`\n  ${error instanceof Error ? error.message : String(error)}\n  Logs: ${join(o.data, 'logs')}`);
  await stop(1);
});
