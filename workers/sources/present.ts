import type { z } from '@hono/zod-openapi';
import { iso, isoOrNull } from '../platform/clock.ts';
import { estimateOf, type RunEstimate } from '../sync/estimate.ts';
import type { SyncRun } from '../sync/run.ts';
import type { SecretSummary } from './ingest-secrets.repository.ts';
import type { OauthKey, SourceKeys } from './oauth-keys.repository.ts';
import { GRANTS } from './okta/grants.ts';
import { pemOf } from './okta/key-pair.ts';
import type { Source } from './sources.repository.ts';
import type { oauthKeySchema, runSchema, sourceSchema } from './sources.schemas.ts';
import { storedTestSchema } from './stored-test.ts';

/** A source as the API shows it: every field is named here, so a new column stays inside until it is added. */
export function presentSource(
  source: Source,
  secrets: SecretSummary | undefined,
  keys: SourceKeys | undefined,
): z.infer<typeof sourceSchema> {
  const { current, next } = keys ?? {};
  const test = storedTestSchema.safeParse(source.lastTest);
  return {
    id: source.id,
    kind: source.kind,
    name: source.name,
    baseUrl: source.baseUrl,
    mode: source.mode,
    status: source.status,
    authType: source.authType,
    clientId: source.clientId,
    publicJwk: current?.publicJwk ?? null,
    keyId: current?.id ?? null,
    nextKey: next
      ? {
          id: next.id,
          publicJwk: next.publicJwk,
          createdAt: iso(next.createdAt),
          expiresAt: isoOrNull(next.expiresAt),
        }
      : null,
    createdAt: iso(source.createdAt),
    lastTest: test.success && source.lastTestAt !== null ? { at: iso(source.lastTestAt), ...test.data } : null,
    removalLimitPercent: source.removalLimitPercent,
    secrets: {
      event_hook: presentSecret(secrets?.event_hook),
      eventbridge: presentSecret(secrets?.eventbridge),
    },
    ingest: {
      eventHookUrlPath: `/ingest/okta/events/${source.id}`,
      eventBridgeUrlPath: `/ingest/okta/eventbridge/${source.id}`,
    },
  };
}

function presentSecret(secret: SecretSummary['event_hook'] | undefined) {
  if (!secret) return null;
  return { createdAt: iso(secret.createdAt), previousExpiresAt: isoOrNull(secret.previousExpiresAt) };
}

export function presentRun(run: SyncRun): z.infer<typeof runSchema> {
  return {
    id: run.id,
    kind: run.kind,
    status: run.status,
    startedAt: iso(run.startedAt),
    endedAt: isoOrNull(run.endedAt),
    calls: run.calls,
    rowsWritten: run.rowsWritten,
    progress: run.progress && {
      phase: run.progress.phase,
      done: run.progress.done,
      total: run.progress.total,
      failedScopes: run.progress.failedScopes.map(({ scope, reason }) => ({ scope, reason })),
      failedMore: run.progress.failedMore,
      held: run.progress.held,
      heldMore: run.progress.heldMore,
      ...(run.progress.decision ? { decision: run.progress.decision } : {}),
    },
    estimate: presentEstimate(estimateOf(run)),
    error: run.error,
  };
}

function presentEstimate(estimate: RunEstimate | null) {
  return estimate && { ...estimate, readyAt: iso(estimate.readyAt) };
}

/** The public side of a key pair, in every form that Okta and other programs take. */
export async function presentOauthKey(key: OauthKey): Promise<z.infer<typeof oauthKeySchema>> {
  return {
    id: key.id,
    publicJwk: key.publicJwk,
    jwks: { keys: [key.publicJwk] },
    pem: await pemOf(key.publicJwk),
    source: key.sourceId,
    inUse: key.sourceId !== null && key.expiresAt === null,
    createdAt: iso(key.createdAt),
    expiresAt: isoOrNull(key.expiresAt),
    grants: [...GRANTS],
  };
}
