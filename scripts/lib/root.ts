import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Path of a command that an npm package brings, wherever npm put it. Throws when no package brought it. */
export function bin(name: string): string {
  const places = [root, join(root, 'web')].map((folder) => join(folder, 'node_modules', '.bin', name));
  const found = places.find((path) => existsSync(path));
  if (!found) throw new Error(`${name} is not installed. Run npm ci.`);
  return found;
}
