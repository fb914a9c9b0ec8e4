import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../lib/root.ts';
import { createdId, deployedUrl, missingSecrets, withApiUrl, withArchive, withDatabaseId } from './config.ts';

const ID = '11111111-2222-3333-4444-555555555555';

describe('the deployment', () => {
  it('reads the id of a new database in both forms that wrangler prints', () => {
    expect(createdId(`database_id = "${ID}"`)).toBe(ID);
    expect(createdId(`{ "uuid": "${ID}" }`)).toBe(ID);
    expect(createdId('already exists')).toBeUndefined();
  });

  it('makes only the secrets that are missing', () => {
    expect(missingSecrets('[{ "name": "SEALING_KEYS" }, { "name": "OPERATOR_TOKEN" }]')).toEqual({});
    expect(Object.keys(missingSecrets('[{ "name": "SEALING_KEYS" }]'))).toEqual(['OPERATOR_TOKEN']);
    expect(missingSecrets('[]').SEALING_KEYS).toMatch(/^k1:[A-Za-z0-9+/=]{44}$/);
  });

  it('writes it into the right block of wrangler.toml', () => {
    const toml = readFileSync(join(root, 'wrangler.toml'), 'utf8');
    const changed = withDatabaseId(toml, 'EVIDENCE_0', ID);
    expect(changed.split(ID).length).toBe(2);
    expect(changed.indexOf(ID)).toBeGreaterThan(changed.indexOf('binding = "EVIDENCE_0"'));
    expect(() => withDatabaseId(toml, 'NOPE', ID)).toThrow('NOPE');
  });

  it('tells the console where the Worker is', () => {
    const url = deployedUrl('Deployed postern triggers\n  https://postern.acme.workers.dev\n');
    expect(url).toBe('https://postern.acme.workers.dev');
    const toml = readFileSync(join(root, 'web', 'wrangler.toml'), 'utf8');
    expect(withApiUrl(toml, url ?? '')).toContain('PUBLIC_API_URL = "https://postern.acme.workers.dev"');
    expect(deployedUrl('no address')).toBeUndefined();
  });

  it('binds the archive on demand only, once', () => {
    const toml = readFileSync(join(root, 'wrangler.toml'), 'utf8');
    const bound = withArchive(toml);
    expect(bound).toMatch(/^\[\[r2_buckets\]\]\nbinding = "ARCHIVE"\nbucket_name = "postern-archive"$/m);
    expect(withArchive(bound)).toBe(bound);
    expect(() => withArchive('name = "x"')).toThrow('ARCHIVE');
  });
});
