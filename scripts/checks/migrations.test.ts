import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../lib/root.ts';

/**
 * D1 and Durable Object storage ignore `PRAGMA foreign_keys=OFF`: a table rebuild deletes the rows of cascading
 * children without an error. So migrations only add.
 */
const DANGEROUS = [/\bDROP\s+TABLE\b/i, /\b__new_/i, /\bON\s+DELETE\s+CASCADE\b/i, /\bDROP\s+COLUMN\b/i];

function sqlFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(sql|ts)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('migrations', () => {
  const files = sqlFiles(join(root, 'db'));

  it('are there', () => {
    expect(files.filter((file) => file.endsWith('.sql')).length).toBeGreaterThanOrEqual(2);
  });

  it.each(files)('%s only adds', (file) => {
    const text = readFileSync(file, 'utf8');
    for (const pattern of DANGEROUS) expect(text).not.toMatch(pattern);
  });
});
