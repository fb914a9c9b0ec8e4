import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../graph/model.ts';
import { mapBehavior, mapDeviceAssurance, namedIn } from './conditions.ts';
import { mapDomainCertificate } from './domains.ts';
import { mapPolicy } from './policies.ts';

const S = 'src_a';

describe('what the conditions of a rule name', () => {
  it('is zones, behaviors and device assurance policies by id, and no word for all of them', () => {
    const conditions = {
      network: { connection: 'ZONE', include: ['ALL_ZONES'], exclude: ['nzo1'] },
      risk: { behaviors: ['bhv1'] },
      device: { registered: true, assurance: { include: ['dae1'] } },
    };
    expect(namedIn(conditions)).toEqual([
      { kind: 'zone', id: 'nzo1' },
      { kind: 'behavior', id: 'bhv1' },
      { kind: 'device_assurance', id: 'dae1' },
    ]);
    for (const nothing of [null, 'x', {}, { network: 'x', risk: { behaviors: 'y' }, device: null }]) {
      expect(namedIn(nothing)).toEqual([]);
    }
  });

  it('is drawn once a policy, of rules that are too long to be kept too', () => {
    const long = Array.from({ length: 4_000 }, (_, n) => `nzo${n % 3}${'x'.repeat(20)}`);
    const rule = (n: number) => ({ id: `rul${n}`, priority: n, conditions: { network: { include: long } } });
    const mapped = mapPolicy(S, { id: 'rst1', type: 'ACCESS_POLICY', _embedded: { rules: [rule(1), rule(2)] } });
    if ('bad' in mapped) throw new Error(mapped.bad.reason);
    expect(mapped.ok.nodes[0]?.attributes.rulesComplete).toBe(false);
    expect(mapped.ok.edges.map(({ kind, to }) => [kind, to]).sort()).toEqual(
      [...new Set(long)].map((id) => ['REFERS_TO', nodeId('zone', S, id)]).sort(),
    );
  });
});

describe('a device assurance policy', () => {
  it('keeps what it asks as it is told, the largest last where it is too much', () => {
    const mapped = mapDeviceAssurance(S, {
      ...{ id: 'dae1', name: 'Windows', platform: 'WINDOWS', lastUpdate: 'x' },
      osVersionConstraints: [{ majorVersionConstraint: 'WINDOWS_11', minimum: '10.0.22000.0' }],
      newCheck: { very: 'x'.repeat(30_000) },
    });
    expect(mapped).toMatchObject({
      ok: {
        nodes: [
          {
            kind: 'device_assurance',
            name: 'Windows',
            attributes: { requirements: { osVersionConstraints: [{}] }, requirementsComplete: false },
          },
        ],
      },
    });
    expect(JSON.stringify(mapped)).not.toContain('newCheck');
  });

  it('is no use without an id', () => {
    expect(mapDeviceAssurance(S, { name: 'x' })).toHaveProperty('bad');
    expect(mapBehavior(S, { name: 'x' })).toHaveProperty('bad');
    expect(mapDomainCertificate(S, { domain: 'x' })).toHaveProperty('bad');
  });
});
