import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { passwordRefused } from './auth.errors.ts';

/**
 * Password hashes: scrypt in PHC form, `$scrypt$ln=14,r=8,p=5$<salt>$<hash>`. The parameters travel with the hash, so
 * they can be raised: a log-in then stores the new form. OWASP's Password Storage Cheat Sheet names N=2^14, r=8, p=5
 * (16 MiB) among its equal choices for scrypt; the larger ones crowd a 128 MB isolate when several people sign in at
 * once. Argon2id is not an option: workerd's node:crypto lacks it and refuses to compile WebAssembly at run time.
 */
export interface ScryptParams {
  /** log2 of the cost N. */
  ln: number;
  r: number;
  p: number;
}

export const CURRENT_PARAMS: ScryptParams = { ln: 14, r: 8, p: 5 };
export const MIN_PASSWORD = 12;
export const MAX_PASSWORD = 256;

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** A stored hash that asks for more than this is not one of ours. */
const MAX_MEMORY = 64 * 1024 * 1024;

/** The key derivation, injectable so that a test can count its calls. */
export type Derive = (password: string, salt: Buffer, params: ScryptParams) => Promise<Buffer>;

const derive: Derive = (password, salt, { ln, r, p }) =>
  new Promise((resolve, reject) => {
    // The same password typed on two keyboards may differ in its code points (NIST SP 800-63B §3.1.1.2).
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, { N: 2 ** ln, r, p, maxmem: MAX_MEMORY }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

interface StoredHash {
  params: ScryptParams;
  salt: Buffer;
  hash: Buffer;
}

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parse(stored: string): StoredHash | null {
  const [, ln, r, p, salt, hash] = PHC.exec(stored) ?? [];
  if (!ln || !r || !p || !salt || !hash) return null;
  const params = { ln: Number(ln), r: Number(r), p: Number(p) };
  if (params.ln < 1 || params.r < 1 || params.p < 1 || 128 * 2 ** params.ln * params.r > MAX_MEMORY / 2) return null;
  return { params, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

/** What an unknown user's password is compared with: it costs the same and matches nothing. */
const NOBODY: StoredHash = { params: CURRENT_PARAMS, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(0) };

const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');

export async function hashPassword(password: string, params = CURRENT_PARAMS): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, params);
  return `$scrypt$ln=${params.ln},r=${params.r},p=${params.p}$${base64(salt)}$${base64(hash)}`;
}

/**
 * Compares a password with a stored hash. Null (no such user, no password) and unreadable hashes are compared too, with
 * the current parameters, so that the answer takes as long. `outdated`: store a new hash now.
 */
export async function verifyPassword(
  password: string,
  stored: string | null,
  deriveKey: Derive = derive,
): Promise<{ ok: boolean; outdated: boolean }> {
  const expected = (stored === null ? null : parse(stored)) ?? NOBODY;
  const { params, salt, hash } = expected;
  const actual = await deriveKey(password, salt, params);
  const ok = actual.length === hash.length && timingSafeEqual(actual, hash);
  const outdated = params.ln !== CURRENT_PARAMS.ln || params.r !== CURRENT_PARAMS.r || params.p !== CURRENT_PARAMS.p;
  return { ok, outdated: ok && outdated };
}

/** Throws `password.refused` for a new password that is too short, too long, or the e-mail address. */
export function checkNewPassword(password: string, email: string): void {
  if ([...password].length < MIN_PASSWORD) {
    throw passwordRefused({ detail: `A password has at least ${MIN_PASSWORD} characters.` });
  }
  if (password.length > MAX_PASSWORD) {
    throw passwordRefused({ detail: `A password has at most ${MAX_PASSWORD} characters.` });
  }
  if (password.trim().toLowerCase() === email.toLowerCase()) {
    throw passwordRefused({ detail: 'The password must not be the e-mail address.' });
  }
}
