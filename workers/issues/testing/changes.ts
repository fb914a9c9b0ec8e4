import { env } from 'cloudflare:workers';
import { T0 } from '../../../test/deps.ts';
import type { Reach, VerdictChange } from '../../detections/types.ts';
import type { OutboundMessage } from '../../outbound/message.ts';
import type { Deps } from '../../platform/deps.ts';

const NOWHERE: Reach = { apps: 0, groups: 0, roles: 0, pathToTierZero: null };

/** A failing `no-mfa-admin` verdict of account `acc_1` at sequence 1; `at` follows the sequence. */
export function verdict(more: Partial<VerdictChange> = {}): VerdictChange {
  const seq = more.seq ?? 1;
  return {
    seq,
    at: T0 + seq * 1_000,
    detection: 'no-mfa-admin',
    status: 'fail',
    subject: { kind: 'account', id: 'acc_1', source: 'src_1', nativeId: '00u1', name: 'Ada Lovelace' },
    identityId: 'idn_1',
    title: 'No MFA - Admin Account',
    severity: 'high',
    priority: 57,
    priorityFactors: [{ factor: 'severity', points: 57, detail: 'Severity of the problem: high' }],
    evidence: { facts: { status: 'ACTIVE' }, eventIds: [], reach: NOWHERE },
    ...more,
  };
}

/** A verdict that cannot be told any more, of the same account. */
export function unknownVerdict(seq: number, reason: string): VerdictChange {
  const { evidence } = verdict();
  return verdict({ seq, status: 'unknown', evidence: { ...evidence, facts: { ...evidence.facts, reason } } });
}

/** The same of the n-th account, at sequence n. */
export function verdictOf(n: number, more: Partial<VerdictChange> = {}): VerdictChange {
  const subject = {
    kind: 'account' as const,
    id: `acc_${n}`,
    source: `src_${n % 3}`,
    nativeId: `00u${n}`,
    name: `Person ${n}`,
  };
  return verdict({ seq: n, subject, identityId: `idn_${n}`, ...more });
}

/** An outbound queue that remembers, and that breaks the next `failures` times. */
export function fakeOutbound(): { env: Env; sent: OutboundMessage[]; failures: number } {
  const fake = {
    sent: [] as OutboundMessage[],
    failures: 0,
    env: {
      ...env,
      OUTBOUND: {
        ...env.OUTBOUND,
        sendBatch: async (messages: Iterable<MessageSendRequest<OutboundMessage>>) => {
          if (fake.failures > 0) {
            fake.failures--;
            throw new Error('queue unavailable');
          }
          fake.sent.push(...[...messages].map((message) => message.body));
        },
      } as unknown as Queue,
    },
  };
  return fake;
}

/** Watches every D1 batch: `beforeBatch` may throw or act in between, `rowsWritten` adds up. */
export function watchedEvidence(
  deps: Deps,
): Deps & { rowsWritten: number; batches: number; beforeBatch: () => Promise<void> } {
  const watched = {
    ...deps,
    rowsWritten: 0,
    batches: 0,
    beforeBatch: async () => {},
    evidence: (tenantId: string) =>
      new Proxy(deps.evidence(tenantId), {
        get(db, property) {
          const value = Reflect.get(db, property);
          if (property !== 'batch') return typeof value === 'function' ? value.bind(db) : value;
          return async (statements: D1PreparedStatement[]) => {
            await watched.beforeBatch();
            const results = await db.batch(statements);
            watched.batches++;
            for (const result of results) watched.rowsWritten += result.meta.rows_written;
            return results;
          };
        },
      }),
  };
  return watched;
}
