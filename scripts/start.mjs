import { ensureInstalled, runScript } from './lib/bootstrap.mjs';

ensureInstalled();
runScript('scripts/start/main.ts');
