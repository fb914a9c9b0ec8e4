import { calculateJwkThumbprint, exportJWK, exportSPKI, generateKeyPair, importJWK } from 'jose';
import type { PrivateJwk } from './credential.ts';

/** Okta's service apps take RSA and EC keys; RS256 is what its guides and SDKs use. */
const ALGORITHM = 'RS256';
const MODULUS_BITS = 3_072;

/** The members of a public RSA or EC key (RFC 7517, 7518): whatever else a key holds stays behind. */
const PUBLIC_MEMBERS = ['kty', 'n', 'e', 'crv', 'x', 'y'];

/** As Okta takes it under "Public keys": no private member. */
export type PublicJwk = Record<string, string>;

export interface KeyPair {
  publicJwk: PublicJwk;
  privateJwk: PrivateJwk;
}

/** A new key pair for `private_key_jwt`. Its `kid` is its thumbprint (RFC 7638), so two keys never share one. */
export async function makeKeyPair(): Promise<KeyPair> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { modulusLength: MODULUS_BITS, extractable: true });
  const secret = await exportJWK(privateKey);
  const named = { ...secret, alg: ALGORITHM, kid: await calculateJwkThumbprint(secret) };
  const privateJwk = named as PrivateJwk;
  return { publicJwk: publicPartOf(privateJwk), privateJwk };
}

/** The public half of a private key, with `use`, and `alg` and `kid` where the key has them. */
export function publicPartOf(key: PrivateJwk): PublicJwk {
  const entries = Object.entries(key).filter(
    (entry): entry is [string, string] => PUBLIC_MEMBERS.includes(entry[0]) && typeof entry[1] === 'string',
  );
  return {
    ...Object.fromEntries(entries),
    use: 'sig',
    ...(key.alg ? { alg: key.alg } : {}),
    ...(key.kid ? { kid: key.kid } : {}),
  };
}

/** SubjectPublicKeyInfo in PEM, for programs that do not take a JWK. Null for a key that cannot be read. */
export async function pemOf(publicJwk: PublicJwk): Promise<string | null> {
  try {
    const key = await importJWK(publicJwk, publicJwk.alg ?? ALGORITHM, { extractable: true });
    return key instanceof Uint8Array ? null : await exportSPKI(key);
  } catch {
    return null;
  }
}
