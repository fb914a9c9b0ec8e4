import { describe, expect, it } from 'vitest';
import { evaluateAccount } from './engine.ts';
import { DETECTIONS, detectionById } from './registry.ts';
import { factor, NOW, SUPER_ADMIN, view } from './testing/views.ts';
import { tierOf } from './tier.ts';
import { DETECTION_IDS, type Detection } from './types.ts';

describe('the registry', () => {
  it('has every detection once, with texts for people', () => {
    expect(DETECTIONS.map((detection) => detection.id)).toEqual([...DETECTION_IDS]);
    for (const detection of DETECTIONS) {
      expect(detectionById(detection.id)).toBe(detection);
      for (const text of [detection.description, detection.riskAndImpact, detection.remediation]) {
        expect(text.length).toBeGreaterThan(60);
      }
    }
    expect(detectionById('no-such')).toBeUndefined();
  });
});

describe('tiers', () => {
  it('come from the strongest role', () => {
    expect(tierOf([])).toBe('none');
    expect(tierOf([{ type: 'CUSTOM' }])).toBe('admin');
    expect(tierOf([{ type: 'READ_ONLY_ADMIN' }, { type: 'SUPER_ADMIN' }])).toBe('global_admin');
  });
});

describe('evaluateAccount', () => {
  it('passes a healthy account everywhere', () => {
    const evaluations = evaluateAccount(view(), NOW);
    expect(evaluations.map((e) => e.detection)).toEqual([...DETECTION_IDS]);
    expect(evaluations.every((e) => e.verdict.status === 'pass')).toBe(true);
  });

  it('passes a healthy global admin everywhere', () => {
    const admin = view({ roles: [SUPER_ADMIN], factors: [factor('webauthn')] });
    expect(evaluateAccount(admin, NOW).filter((e) => e.verdict.status !== 'pass')).toEqual([]);
  });

  it('never passes an account of which nothing is known', () => {
    const missing = { users: 'x', factors: 'x', roles: 'x', apps: 'x', assignments: 'x', events: 'x' };
    const blind = view({ missing, factors: 'x', attributes: { stub: true } });
    expect(evaluateAccount(blind, NOW).filter((e) => e.verdict.status !== 'unknown')).toEqual([]);
  });

  it('does not pass a status that it does not know', () => {
    const odd = view({ factors: [], attributes: { status: 'UNKNOWN' } });
    const posture = evaluateAccount(odd, NOW).filter((e) => !detectionById(e.detection)?.needs.includes('events'));
    expect(posture.map((e) => e.verdict.status)).toEqual(posture.map(() => 'unknown'));
  });

  it('gives the same verdict again, without touching the view', () => {
    const of = view({ roles: [SUPER_ADMIN], factors: [] });
    const before = structuredClone(of);
    expect(evaluateAccount(of, NOW)).toEqual(evaluateAccount(of, NOW));
    expect(of).toEqual(before);
  });

  it('contains a detection that throws', () => {
    const [first, ...rest] = DETECTIONS;
    if (!first) throw new Error('no detections');
    const broken: Detection = {
      ...first,
      evaluate: () => {
        throw new TypeError('cannot read ada@acme.test');
      },
    };
    const evaluations = evaluateAccount(view(), NOW, [broken, ...rest]);
    expect(evaluations[0]?.verdict).toEqual({ status: 'unknown', reason: 'The check itself failed (TypeError)' });
    expect(evaluations.slice(1).every((e) => e.verdict.status === 'pass')).toBe(true);
  });
});
