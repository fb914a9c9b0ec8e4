import { describe, expect, it } from 'vitest';
import { T0 } from '../../../test/deps.ts';
import { detectionById } from '../../detections/registry.ts';
import { iso } from '../../platform/clock.ts';
import { setUp } from '../testing/harness.ts';
import { isAccepted } from './accepted-events.ts';
import { effectsOf } from './event-effects.ts';
import { eventTypes, HOOK_TYPES } from './event-types.ts';
import { HOOK_ELIGIBLE, isHookEligible } from './hook-eligible.ts';
import { toCanonicalEvent } from './log-event.ts';

const rows = eventTypes();

/** Whether anything at all comes of an event of this type, whatever it says. */
function changesAnything(type: string): boolean {
  const user = { id: '00u1', type: 'User', displayName: 'Ann', alternateId: 'ann@acme.test' };
  const others = ['UserGroup', 'AppInstance', 'ROLE', 'Token'].map((kind) => ({ id: `x${kind}`, type: kind }));
  const debugContext = { debugData: { factor: 'OKTA_VERIFY_PUSH' } };
  return ['SUCCESS', 'FAILURE'].some((result) => {
    const raw = { uuid: 'u', eventType: type, published: iso(T0), actor: user, outcome: { result } };
    const read = toCanonicalEvent('tnt_a', 'src_a', { ...raw, debugContext, target: [user, ...others] }, T0);
    if ('bad' in read) throw new Error(read.bad.detail);
    const { delta, refresh } = effectsOf({ tenantId: 'tnt_a', sourceId: 'src_a', events: [read.ok] });
    const asked = [...refresh.users, ...refresh.groups, ...refresh.apps];
    return delta.changes.length + delta.signals.length + asked.length > 0;
  });
}

describe('the event types', () => {
  it('are 314 that a hook may bring, each once', () => {
    expect(new Set(HOOK_ELIGIBLE).size).toBe(314);
    expect(isHookEligible('user.session.start')).toBe(true);
    expect(isHookEligible('zone.update')).toBe(false);
  });

  it('are the accepted ones, by the channels that can bring them', () => {
    for (const { type, hookEligible, channels } of rows) {
      expect([type, channels.includes('event_hook')]).toEqual([
        type,
        isAccepted(type, 'event_hook') && isHookEligible(type),
      ]);
      expect([type, channels.includes('tail'), hookEligible]).toEqual([
        type,
        isAccepted(type, 'tail'),
        isHookEligible(type),
      ]);
    }
    const listed = new Set(rows.map((row) => row.type));
    expect(listed.size).toBe(rows.length);
    expect(HOOK_TYPES.every((type) => listed.has(type))).toBe(true);
    expect(rows.find((row) => row.type === 'zone.update')?.channels).toEqual(['eventbridge', 'tail']);
    expect(rows.find((row) => row.type === 'user.session.start')?.channels).toEqual([
      'event_hook',
      'eventbridge',
      'tail',
    ]);
    // kept by its family, and yet no hook brings it
    expect(rows.find((row) => row.type === 'user.account.expire_password')?.channels).not.toContain('event_hook');
  });

  it.each(rows)('$type says whether it is used', ({ type, usedBy }) => {
    expect(usedBy.length > 0).toBe(changesAnything(type));
    for (const { kind, name } of usedBy) if (kind === 'detection') expect(detectionById(name)).toBeDefined();
  });

  it('are shown to every reader', async () => {
    const api = await setUp();
    const { status, json } = await api.call('GET', '/event-types', undefined, api.tokens.viewer);
    expect(status).toBe(200);
    expect(json).toMatchObject({ next: null, hookEligible: 314, families: expect.arrayContaining(['iam.*']) });
    expect(json.data).toEqual(rows);
  });
});
