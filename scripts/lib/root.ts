import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Path of a command that an npm package brings. */
export const bin = (name: string): string => join(root, 'node_modules', '.bin', name);
