import { ensureInstalled, runScript } from './lib/bootstrap.mjs';

ensureInstalled();
runScript('scripts/soak/main.ts');
