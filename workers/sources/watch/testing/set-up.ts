import { sources, tenants } from '../../../../db/control/schema.ts';
import { freshTenant, manualClock, T0, testDeps } from '../../../../test/deps.ts';
import type { CHANNEL_BITS } from '../../../inbox/event.ts';
import { issueId } from '../../../issues/issue-ids.ts';
import { getIssue, historyOf } from '../../../issues/issues.repository.ts';
import { fakeOutbound } from '../../../issues/testing/changes.ts';
import { iso, MINUTE, type Millis } from '../../../platform/clock.ts';
import { NEW_TAIL, type TailState } from '../../../tail/tail-state.ts';
import type { HooksInOkta } from '../../event-hooks.ts';
import { HOOK_TYPES } from '../../okta/event-types.ts';
import type { Source, SourceMode } from '../../sources.repository.ts';
import { allWatches } from '../watch.repository.ts';
import { watchSource } from '../watch-source.ts';

const SRC = 'src_w';

/** A verified hook that brings everything. */
export const LIVE_HOOK = {
  id: 'who1',
  name: 'Postern 1',
  status: 'ACTIVE',
  verificationStatus: 'VERIFIED',
  uri: 'https://postern.example.com/ingest/okta/events/src_w',
  types: [...HOOK_TYPES],
  ours: true,
};

/** Tests only: one source under watch, with time, its log, its hooks and the outbound queue under control. */
export async function watched(mode: SourceMode = 'hybrid') {
  const tenant = freshTenant();
  const clock = manualClock(T0);
  const outbound = fakeOutbound();
  const deps = testDeps({ clock, env: outbound.env });
  await deps.control.insert(tenants).values({ id: tenant, name: 'Acme', createdAt: T0 });
  const source: Source = {
    tenantId: tenant,
    id: SRC,
    kind: 'okta',
    name: 'Acme Okta',
    baseUrl: 'https://acme.okta.com',
    mode,
    status: 'connected',
    authType: 'ssws',
    clientId: null,
    sealedCredential: 'sealed',
    lastTest: null,
    lastTestAt: null,
    partnerSource: null,
    removalLimitPercent: 10,
    createdAt: T0,
    deletedAt: null,
  };
  await deps.control.insert(sources).values(source);
  let n = 0;
  const world = {
    tenant,
    clock,
    outbound,
    deps,
    source,
    /** Overrides of a tail that is at the end of the log. */
    tail: {} as Partial<TailState>,
    hooks: { ok: true, hooks: [LIVE_HOOK] } as HooksInOkta,
    asked: 0,
    watch: async () =>
      (await allWatches(deps)).find((one) => one.tenantId === tenant) ?? {
        tenantId: tenant,
        sourceId: SRC,
        version: 0,
        state: null,
      },
    /** One look; `with` replaces collaborators. */
    async look(more: Partial<typeof deps> = {}) {
      const now = clock.now();
      return watchSource({ ...deps, ...more }, world.source, await world.watch(), {
        tail: async () => ({ ...NEW_TAIL, state: 'idle', lastPollAt: now, caughtUpAt: now, ...world.tail }),
        hooks: async () => {
          world.asked++;
          return world.hooks;
        },
      });
    },
    /** Looks every minute until `minutes` have gone by. */
    async run(minutes: number, each: () => Promise<unknown> = async () => undefined) {
      for (let minute = 0; minute < minutes; minute++) {
        clock.advance(MINUTE);
        await each();
        await world.look();
      }
    },
    /** An event in the log, brought by these channels. Times: now, unless Okta's clock differs. */
    async event(channels: number, more: { type?: string; publishedAt?: Millis; storedAt?: Millis } = {}) {
      const { type = 'user.lifecycle.suspend', publishedAt = clock.now(), storedAt = clock.now() } = more;
      await deps
        .evidence(tenant)
        .prepare(
          `INSERT INTO events (tenant_id, id, source_id, uuid, type, published_at, stored_at, channels, delivery_id,
             targets, body) VALUES (?1, ?2, ?3, ?2, ?4, ?5, ?6, ?7, 'inb_1', '[]', '{}')`,
        )
        .bind(tenant, `evt_${++n}`, SRC, type, publishedAt, storedAt, channels)
        .run();
    },
    /** A delivery that was received. */
    async delivery(channel: keyof typeof CHANNEL_BITS, events = 1, receivedAt = clock.now()) {
      await deps
        .evidence(tenant)
        .prepare(
          `INSERT INTO inbox (tenant_id, id, source_id, channel, received_at, status, events, accepted)
           VALUES (?1, ?2, ?3, ?4, ?5, 'processed', ?6, ?6)`,
        )
        .bind(tenant, `inb_${++n}`, SRC, channel, receivedAt, events)
        .run();
    },
    async deadLetter(createdAt = clock.now()) {
      await deps
        .evidence(tenant)
        .prepare(
          `INSERT INTO dead_letters (tenant_id, id, source_id, queue, channel, reason, detail, payload, created_at)
           VALUES (?1, ?2, ?3, 'inbox', 'tail', 'event.no_uuid', 'No uuid', '{}', ?4)`,
        )
        .bind(tenant, `dlt_${++n}`, SRC, createdAt)
        .run();
    },
    issue: (detection: string) => getIssue(deps, tenant, idOf(tenant, detection)),
    history: async (detection: string) =>
      (await historyOf(deps, tenant, idOf(tenant, detection))).map((entry) => entry.change),
    sent: () => outbound.sent.map(({ change, at }) => `${change} ${iso(at).slice(11, 16)}`),
  };
  return world;
}

export type Watched = Awaited<ReturnType<typeof watched>>;

function idOf(tenant: string, detection: string): string {
  return issueId(tenant, detection, { kind: 'source', id: SRC, source: SRC, nativeId: '', name: '' });
}
