import { z } from 'zod';
import type { Deps } from '../../platform/deps.ts';
import { invalidRequest } from '../../platform/errors.ts';
import { createSealer } from '../../platform/sealing.ts';
import type { Source } from '../sources.repository.ts';

/** A private JWK of a kind that Okta accepts for `private_key_jwt`: RSA, or EC on a NIST curve. */
export const privateJwkSchema = z
  .looseObject({
    kty: z.enum(['RSA', 'EC']),
    kid: z.string().min(1).max(200).optional(),
    alg: z.enum(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']).optional(),
    crv: z.enum(['P-256', 'P-384', 'P-521']).optional(),
    d: z.string().min(1, 'must be a private key').max(4_000),
  })
  .refine((key) => key.kty === 'RSA' || key.crv !== undefined, { message: 'an EC key needs "crv"' });
export type PrivateJwk = z.infer<typeof privateJwkSchema>;

/** How Postern proves itself to Okta. */
export type OktaCredential =
  | { type: 'ssws'; token: string }
  | { type: 'oauth'; clientId: string; privateKey: PrivateJwk };

function contextOf(tenantId: string, sourceId: string): string {
  return `${tenantId}/source/${sourceId}`;
}

/** Seals the secret part of a credential for one source: it opens under the same tenant and source only. */
export async function sealCredential(
  deps: Pick<Deps, 'env'>,
  tenantId: string,
  sourceId: string,
  credential: OktaCredential,
): Promise<string> {
  const secret = credential.type === 'ssws' ? credential.token : JSON.stringify(credential.privateKey);
  return createSealer(deps.env.SEALING_KEYS).seal(secret, contextOf(tenantId, sourceId));
}

/** Throws when the sealing key is gone, or the stored value belongs to another tenant or source. */
export async function openCredential(
  deps: Pick<Deps, 'env'>,
  tenantId: string,
  source: Pick<Source, 'id' | 'authType' | 'clientId' | 'sealedCredential'>,
): Promise<OktaCredential> {
  const secret = await createSealer(deps.env.SEALING_KEYS).open(
    source.sealedCredential,
    contextOf(tenantId, source.id),
  );
  if (source.authType === 'ssws') return { type: 'ssws', token: secret };
  if (!source.clientId) throw invalidRequest({ detail: 'The source has no client id.' });
  return { type: 'oauth', clientId: source.clientId, privateKey: privateJwkSchema.parse(JSON.parse(secret)) };
}
