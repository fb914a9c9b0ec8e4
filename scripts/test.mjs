import { ensureInstalled, runScript } from './lib/bootstrap.mjs';

ensureInstalled();
runScript('scripts/test/main.ts');
