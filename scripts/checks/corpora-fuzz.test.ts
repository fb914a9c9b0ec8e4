import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutated, mutations } from '../../workers/inbox/testing/fuzz.ts';
import { effectsOf } from '../../workers/sources/okta/event-effects.ts';
import { toCanonicalEvent } from '../../workers/sources/okta/log-event.ts';

const file = join(process.env.POSTERN_CORPORA ?? '', 'okta-events', 'events.jsonl');
const present = Boolean(process.env.POSTERN_CORPORA) && existsSync(file);
const RUNS = 10_000;

describe.skipIf(!present)('10,000 recorded events, broken', () => {
  it('are read or refused with a reason, and their effects can always be made', () => {
    const recorded = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: unknown }).event);
    const reasons = new Set<string>();
    let read = 0;
    for (const [n, changes] of fc.sample(mutations, { numRuns: RUNS, seed: 42 }).entries()) {
      const answer = toCanonicalEvent('tnt_a', 'src_a', mutated(recorded[n % recorded.length], changes));
      if ('bad' in answer) {
        reasons.add(answer.bad.reason);
        continue;
      }
      read++;
      const { delta } = effectsOf({ tenantId: 'tnt_a', sourceId: 'src_a', events: [answer.ok] });
      expect(delta.changes.every((change) => Number.isFinite(change.at))).toBe(true);
      // it goes to the database as JSON
      expect(() => JSON.stringify([answer.ok, delta])).not.toThrow();
    }
    expect(read).toBeGreaterThan(RUNS / 2);
    expect([...reasons].sort()).toEqual(['event.bad_time', 'event.no_type', 'event.no_uuid']);
  });
});
