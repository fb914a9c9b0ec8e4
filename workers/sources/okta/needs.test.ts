import { describe, expect, it } from 'vitest';
import { CORE_NEEDS, INVENTORY_NEEDS } from '../../graph/port.ts';
import { GRANTS } from './grants.ts';
import { needsOf } from './needs.ts';

describe('what a part of the coverage needs', () => {
  const asked = [...CORE_NEEDS, ...INVENTORY_NEEDS].flatMap((need) => needsOf(need).grants);

  it('is what people are told to grant, no more and no less', () => {
    const scopes = (of: readonly { scope: string }[]) => [...new Set(of.map(({ scope }) => scope))].sort();
    expect(scopes(asked)).toEqual(scopes(GRANTS));
  });

  it('takes a super administrator where admins are to be seen', () => {
    expect(needsOf('roles').grants).toEqual([
      { scope: 'okta.groups.read', role: 'Read-only Administrator' },
      { scope: 'okta.roles.read', role: expect.stringMatching(/^Super Administrator/) },
    ]);
  });
});
