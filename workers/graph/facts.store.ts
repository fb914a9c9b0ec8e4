import { DAY, type Millis } from '../platform/clock.ts';
import type { Changed } from './changed.ts';
import type { FactorState } from './model.ts';
import type { CoverageInput } from './port.ts';
import { SIGNAL_RETENTION_DAYS, type Signal } from './signal.ts';
import { canonicalJson } from './text.ts';
import { set, type Tx } from './tx.ts';

/** Factor states as a source told them: newer wins, the same again writes nothing. */
export function applyFactors(
  tx: Tx,
  items: { accountId: string; state: FactorState }[],
  asOf: Millis,
  changed: Changed,
): void {
  if (items.length === 0) return;
  const latest = new Map(items.map((item) => [item.accountId, item.state]));
  const written = tx.raw<[string]>(
    `INSERT INTO factor (account_id, as_of, known, active, state)
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?) WHERE true
     ON CONFLICT (account_id) DO UPDATE SET
       as_of = excluded.as_of, known = excluded.known, active = excluded.active, state = excluded.state
     WHERE excluded.as_of >= factor.as_of AND excluded.state <> factor.state
     RETURNING account_id`,
    set([...latest].map(([accountId, state]) => [accountId, asOf, ...factorColumns(state)])),
  );
  for (const [id] of written) changed.accounts.add(id);
}

function factorColumns(state: FactorState): [number, number, string] {
  if (!state.known) return [0, 0, canonicalJson(state)];
  const factors = [...state.factors].sort((a, b) => (a.id < b.id ? -1 : 1));
  const active = factors.filter((factor) => factor.status === 'ACTIVE').length;
  return [1, active, canonicalJson({ known: true, factors })];
}

/** Keeps signals that can still matter; the same one again writes nothing. */
export function addSignals(tx: Tx, signals: Signal[], now: Millis, changed: Changed): void {
  const live = signals.filter((signal) => signal.at >= signalFloor(now));
  if (live.length === 0) return;
  const written = tx.raw<[string]>(
    `INSERT INTO signal (account_id, kind, event_id, at, ref)
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?) WHERE true
     ON CONFLICT DO NOTHING RETURNING account_id`,
    set(live.map((signal) => [signal.accountId, signal.kind, signal.eventId, signal.at, signal.ref])),
  );
  for (const [id] of written) changed.accounts.add(id);
}

export function signalFloor(now: Millis): Millis {
  return now - SIGNAL_RETENTION_DAYS * DAY;
}

export function pruneSignals(tx: Tx, now: Millis): void {
  tx.run('DELETE FROM signal WHERE at < ?', signalFloor(now));
}

/** What a source could give. `at` is when that last changed: the same answer again writes nothing. */
export function writeCoverage(tx: Tx, items: CoverageInput[]): void {
  tx.run(
    `INSERT INTO coverage (source_id, need, reason, at)
     SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?) WHERE true
     ON CONFLICT (source_id, need) DO UPDATE SET reason = excluded.reason, at = excluded.at
     WHERE excluded.at >= coverage.at AND excluded.reason IS NOT coverage.reason`,
    set(items.map((item) => [item.sourceId, item.need, item.reason, item.at])),
  );
}

export function readCoverage(tx: Tx): CoverageInput[] {
  return tx
    .all<{ source_id: string; need: string; reason: string | null; at: number }>(
      'SELECT source_id, need, reason, at FROM coverage ORDER BY source_id, need',
    )
    .map((row) => ({
      sourceId: row.source_id,
      need: row.need as CoverageInput['need'],
      reason: row.reason,
      at: row.at,
    }));
}
