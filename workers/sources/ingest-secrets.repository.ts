import { and, count, eq, gt, isNull, lte, or } from 'drizzle-orm';
import { ingestSecrets, sources, tenants } from '../../db/control/schema.ts';
import { HOUR, type Millis } from '../platform/clock.ts';
import { randomSecret, sha256Hex } from '../platform/crypto.ts';
import type { Deps } from '../platform/deps.ts';
import type { SourceMode, SourceStatus } from './sources.repository.ts';

export { bindPartnerSource } from './sources.repository.ts';

/** Channels that others push to us on, each with a secret of its own. */
export type PushChannel = 'event_hook' | 'eventbridge';

/** How long a replaced secret still opens the door, so that the sender can be changed without a gap. */
export const ROTATION_OVERLAP = 24 * HOUR;

/** `pih` Postern ingest hook, `peb` Postern EventBridge: secret scanners can tell them apart. */
const PREFIX: Record<PushChannel, string> = { event_hook: 'pih', eventbridge: 'peb' };

const CHANNELS_OF_MODE: Record<SourceMode, readonly PushChannel[]> = {
  polling: [],
  event_hook: ['event_hook'],
  eventbridge: ['eventbridge'],
  hybrid: ['event_hook', 'eventbridge'],
};

/** The push channels that a mode accepts. */
export function channelsOfMode(mode: SourceMode): readonly PushChannel[] {
  return CHANNELS_OF_MODE[mode];
}

export interface FoundSecret {
  tenantId: string;
  sourceId: string;
  channel: PushChannel;
  /** When it stops working; null for the current one. */
  expiresAt: Millis | null;
  mode: SourceMode;
  sourceStatus: SourceStatus;
  tenantStatus: 'active' | 'suspended';
}

type Control = Pick<Deps, 'control' | 'clock'>;

/**
 * What the presented secret opens, in one query by its hash. Null when it is unknown or has expired, or its source or
 * tenant is gone. The mode comes with it, so a change of mode holds from the next delivery on.
 */
export async function findIngestSecret(deps: Control, presented: string): Promise<FoundSecret | null> {
  const [row] = await deps.control
    .select({
      tenantId: ingestSecrets.tenantId,
      sourceId: ingestSecrets.sourceId,
      channel: ingestSecrets.channel,
      expiresAt: ingestSecrets.expiresAt,
      mode: sources.mode,
      sourceStatus: sources.status,
      tenantStatus: tenants.status,
    })
    .from(ingestSecrets)
    .innerJoin(
      sources,
      and(
        eq(sources.tenantId, ingestSecrets.tenantId),
        eq(sources.id, ingestSecrets.sourceId),
        isNull(sources.deletedAt),
      ),
    )
    .innerJoin(tenants, eq(tenants.id, ingestSecrets.tenantId))
    .where(eq(ingestSecrets.hash, sha256Hex(presented)));
  if (!row || (row.expiresAt !== null && row.expiresAt <= deps.clock.now())) return null;
  return row;
}

/**
 * Current event hook secrets, of one source or of the deployment: Okta's verification request comes before any secret.
 * A replaced one that still works is not counted, or no hook could be verified on the day of a rotation.
 */
export async function countEventHookSecrets(deps: Pick<Deps, 'control'>, sourceId?: string): Promise<number> {
  const [row] = await deps.control
    .select({ n: count() })
    .from(ingestSecrets)
    .where(
      and(
        eq(ingestSecrets.channel, 'event_hook'),
        isNull(ingestSecrets.expiresAt),
        sourceId === undefined ? undefined : eq(ingestSecrets.sourceId, sourceId),
      ),
    );
  return row?.n ?? 0;
}

/** What may be shown of a source's secrets: when the current one was made and until when an old one still works. */
export type SecretSummary = Record<PushChannel, { createdAt: Millis; previousExpiresAt: Millis | null } | null>;

export async function secretSummaries(deps: Control, tenantId: string): Promise<Map<string, SecretSummary>> {
  const rows = await deps.control
    .select({
      sourceId: ingestSecrets.sourceId,
      channel: ingestSecrets.channel,
      createdAt: ingestSecrets.createdAt,
      expiresAt: ingestSecrets.expiresAt,
    })
    .from(ingestSecrets)
    .where(
      and(
        eq(ingestSecrets.tenantId, tenantId),
        or(isNull(ingestSecrets.expiresAt), gt(ingestSecrets.expiresAt, deps.clock.now())),
      ),
    );
  const summaries = new Map<string, SecretSummary>();
  for (const current of rows.filter((row) => row.expiresAt === null)) {
    const ends = rows
      .filter((row) => row.sourceId === current.sourceId && row.channel === current.channel)
      .map((row) => row.expiresAt ?? 0);
    const summary = summaries.get(current.sourceId) ?? { event_hook: null, eventbridge: null };
    const latest = Math.max(0, ...ends);
    summary[current.channel] = { createdAt: current.createdAt, previousExpiresAt: latest === 0 ? null : latest };
    summaries.set(current.sourceId, summary);
  }
  return summaries;
}

/**
 * Makes the channel's secret and returns it: the only time it is readable. A secret there already keeps working for
 * `ROTATION_OVERLAP`; secrets that have expired are removed.
 */
export async function rotateIngestSecret(
  deps: Control,
  tenantId: string,
  sourceId: string,
  channel: PushChannel,
): Promise<string> {
  const now = deps.clock.now();
  const secret = randomSecret(PREFIX[channel]);
  const mine = and(
    eq(ingestSecrets.tenantId, tenantId),
    eq(ingestSecrets.sourceId, sourceId),
    eq(ingestSecrets.channel, channel),
  );
  await deps.control.batch([
    deps.control.delete(ingestSecrets).where(and(mine, lte(ingestSecrets.expiresAt, now))),
    deps.control
      .update(ingestSecrets)
      .set({ expiresAt: now + ROTATION_OVERLAP })
      .where(and(mine, isNull(ingestSecrets.expiresAt))),
    deps.control
      .insert(ingestSecrets)
      .values({ hash: sha256Hex(secret), tenantId, sourceId, channel, createdAt: now, expiresAt: null }),
  ]);
  return secret;
}

/**
 * Takes a rotation back: `secret` opens nothing any more, and what it replaced is the current one again. For a secret
 * that nobody was told.
 */
export async function undoRotation(
  deps: Control,
  tenantId: string,
  sourceId: string,
  channel: PushChannel,
  secret: string,
): Promise<void> {
  const mine = and(
    eq(ingestSecrets.tenantId, tenantId),
    eq(ingestSecrets.sourceId, sourceId),
    eq(ingestSecrets.channel, channel),
  );
  const [made] = await deps.control
    .select({ createdAt: ingestSecrets.createdAt, expiresAt: ingestSecrets.expiresAt })
    .from(ingestSecrets)
    .where(and(mine, eq(ingestSecrets.hash, sha256Hex(secret))));
  if (!made) return;
  const remove = deps.control.delete(ingestSecrets).where(and(mine, eq(ingestSecrets.hash, sha256Hex(secret))));
  // replaced in the meantime: the newer one stays the current one
  if (made.expiresAt !== null) {
    await remove;
    return;
  }
  await deps.control.batch([
    remove,
    deps.control
      .update(ingestSecrets)
      .set({ expiresAt: null })
      .where(and(mine, eq(ingestSecrets.expiresAt, made.createdAt + ROTATION_OVERLAP))),
  ]);
}

/** Removes every secret of a source: nothing that knows one gets in any more. */
export async function deleteIngestSecrets(deps: Control, tenantId: string, sourceId: string): Promise<void> {
  await deps.control
    .delete(ingestSecrets)
    .where(and(eq(ingestSecrets.tenantId, tenantId), eq(ingestSecrets.sourceId, sourceId)));
}
