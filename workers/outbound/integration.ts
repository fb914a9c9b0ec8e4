import type { z } from '@hono/zod-openapi';
import type { integrations } from '../../db/control/schema.ts';
import { iso } from '../platform/clock.ts';
import type { Sealer } from '../platform/sealing.ts';
import type { integrationSchema } from './integrations.schemas.ts';

/** A row of `integrations` that is not deleted. Secrets stay sealed in it. */
export type Integration = typeof integrations.$inferSelect;

/** What a request to the receiver needs, in the clear. Lives only as long as a batch. */
export interface Credentials {
  signingSecret: string;
  key: { in: 'query' | 'header'; name: string; value: string } | null;
}

export function sealingContext(tenantId: string, integrationId: string): string {
  return `${tenantId}/integration/${integrationId}`;
}

/** Throws when a sealing key is gone or a value was altered. */
export async function openCredentials(sealer: Sealer, integration: Integration): Promise<Credentials> {
  const context = sealingContext(integration.tenantId, integration.id);
  const { keyIn, keyName, sealedKey } = integration;
  return {
    signingSecret: await sealer.open(integration.sealedSigningSecret, context),
    key:
      keyIn && keyName && sealedKey ? { in: keyIn, name: keyName, value: await sealer.open(sealedKey, context) } : null,
  };
}

/** An integration as the API shows it: no secret in it. */
export function presentIntegration(integration: Integration): z.infer<typeof integrationSchema> {
  const { id, kind, name, url, status, keyIn, keyName, lastTestAt, lastTestError } = integration;
  return {
    id,
    kind,
    name,
    url,
    status,
    key: keyIn && keyName ? { in: keyIn, name: keyName } : null,
    lastTest: lastTestAt === null ? null : { at: iso(lastTestAt), ok: lastTestError === null, error: lastTestError },
    createdAt: iso(integration.createdAt),
  };
}
