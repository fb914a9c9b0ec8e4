import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/root.ts';

export interface LocalKeys {
  operatorToken: string;
  sealingKeys: string;
}

/** Reads the local secrets from `.dev.vars`, making them on first use. They never leave this machine. */
export function ensureKeys(file = join(root, '.dev.vars')): LocalKeys {
  const present = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const value = (name: string) => new RegExp(`^${name}=(.+)$`, 'm').exec(present)?.[1];
  const keys: LocalKeys = {
    operatorToken: value('OPERATOR_TOKEN') ?? `pot_${randomBytes(32).toString('base64url')}`,
    sealingKeys: value('SEALING_KEYS') ?? `k1:${randomBytes(32).toString('base64')}`,
  };
  if (value('OPERATOR_TOKEN') && value('SEALING_KEYS') && value('INGEST_SPOOL')) return keys;
  const lines = [
    '# Local secrets, made by npm start. Never commit this file.',
    'ENVIRONMENT=development',
    `SEALING_KEYS=${keys.sealingKeys}`,
    `OPERATOR_TOKEN=${keys.operatorToken}`,
    '# The local queue forgets on a crash: accepted deliveries are kept in D1 until they are processed.',
    'INGEST_SPOOL=on',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return keys;
}
