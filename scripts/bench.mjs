import { ensureInstalled, runScript } from './lib/bootstrap.mjs';

ensureInstalled();
runScript('scripts/bench/main.ts');
