import { ensureInstalled, runScript } from './lib/bootstrap.mjs';

ensureInstalled();
runScript('scripts/deploy/main.ts');
