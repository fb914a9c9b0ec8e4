import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/root.ts';
import { run } from '../lib/run.ts';

const web = join(root, 'web');
const marker = join(web, 'build', '.source-hash');

function sourceHash(): string {
  const hash = createHash('sha256');
  const visit = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => a.name.localeCompare(b.name))) {
      if (['node_modules', 'build', '.wrangler'].includes(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else hash.update(path.slice(web.length)).update(readFileSync(path));
    }
  };
  visit(web);
  return hash.digest('hex');
}

/** Builds the console when its sources changed since the last build. */
export async function ensureConsoleBuilt(log: string): Promise<void> {
  const now = sourceHash();
  if (existsSync(marker) && readFileSync(marker, 'utf8') === now) return;
  await run('remix', ['vite:build'], { cwd: web, log });
  writeFileSync(marker, now);
}
