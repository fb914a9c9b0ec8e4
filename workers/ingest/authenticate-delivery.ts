import { createBoundedCache } from '../platform/bounded-cache.ts';
import { type Millis, SECOND } from '../platform/clock.ts';
import { sha256Hex } from '../platform/crypto.ts';
import type { Deps } from '../platform/deps.ts';
import {
  bindPartnerSource,
  channelsOfMode,
  type FoundSecret,
  findIngestSecret,
  type PushChannel,
} from '../sources/ingest-secrets.repository.ts';
import { channelNotAccepted, partnerSourceWrong, secretMissing, secretWrong, sourceDisabled } from './errors.ts';

/** How long an isolate may go on with what it knew of a secret: the longest delay of a rotation or a suspension. */
export const CACHE_TTL: Millis = 5 * SECOND;
const MAX_CACHED = 1_000;
/** Longer than any secret that is made or can be set. */
const MAX_PRESENTED = 1_000;

/** Only what was found is remembered, so that a new secret works at once and guesses take no memory. */
const secrets = createBoundedCache<FoundSecret>(MAX_CACHED, CACHE_TTL);
const bindings = createBoundedCache<true>(MAX_CACHED, CACHE_TTL);

/**
 * The source that the presented secret opens. `sourceId` is the one named by the path, if any. Throws
 * `ingest.secret_missing` (401), `ingest.secret_wrong`, `ingest.channel_not_accepted` or `ingest.source_disabled` (403).
 */
export async function authenticateDelivery(
  deps: Pick<Deps, 'control' | 'clock'>,
  presented: string | undefined,
  channel: PushChannel,
  sourceId: string | undefined,
): Promise<FoundSecret> {
  if (!presented) throw secretMissing();
  if (presented.length > MAX_PRESENTED) throw secretWrong();
  const now = deps.clock.now();
  const key = sha256Hex(presented);
  let found = secrets.get(key, now);
  if (!found) {
    const looked = await findIngestSecret(deps, presented);
    if (!looked) throw secretWrong();
    secrets.set(key, looked, now);
    found = looked;
  }
  const expired = found.expiresAt !== null && found.expiresAt <= now;
  if (expired || found.channel !== channel || (sourceId !== undefined && found.sourceId !== sourceId)) {
    throw secretWrong();
  }
  if (found.tenantStatus !== 'active' || found.sourceStatus === 'disabled') throw sourceDisabled();
  if (!channelsOfMode(found.mode).includes(channel)) throw channelNotAccepted();
  return found;
}

/** Binds the source to the partner event source of its first delivery. Throws `ingest.partner_source_wrong` later. */
export async function bindDelivery(
  deps: Pick<Deps, 'control' | 'clock'>,
  tenantId: string,
  sourceId: string,
  partnerSources: string[],
): Promise<void> {
  const now = deps.clock.now();
  for (const partner of partnerSources) {
    const key = JSON.stringify([tenantId, sourceId, partner]);
    if (bindings.get(key, now)) continue;
    if (!(await bindPartnerSource(deps, tenantId, sourceId, partner))) throw partnerSourceWrong();
    bindings.set(key, true, now);
  }
}
