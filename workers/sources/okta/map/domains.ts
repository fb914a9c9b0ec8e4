import { z } from 'zod';
import { type Mapped, read } from '../read-object.ts';
import { idField, nodeOf, type Thing, text, time } from './thing.ts';

const domainSchema = z.object({
  id: idField,
  domain: text,
  validationStatus: text,
  certificateSourceType: text,
  publicCertificate: z.object({ subject: text, fingerprint: text, expiration: time }).nullish().catch(null),
});

/**
 * The certificate of a domain that the org answers under: once it has ended, nobody signs in there. A domain without
 * one brings nothing.
 */
export function mapDomainCertificate(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(domainSchema, raw, (domain) => {
    const certificate = domain.publicCertificate;
    if (!certificate) return { id: domain.id, nodes: [], edges: [], owns: [] };
    const node = nodeOf('credential', sourceId, `domain/${domain.id}`, domain.domain, {
      type: 'domain_certificate',
      status: 'ACTIVE',
      validationStatus: domain.validationStatus,
      domain: domain.domain,
      // Okta renews its own
      managedBy: domain.certificateSourceType,
      subject: certificate.subject,
      fingerprint: certificate.fingerprint,
      expiresAt: certificate.expiration,
    });
    return { id: domain.id, nodes: [node], edges: [], owns: [] };
  });
}
