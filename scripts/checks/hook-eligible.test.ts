import { expect, it } from 'vitest';
import { HOOK_ELIGIBLE } from '../../workers/sources/okta/hook-eligible.ts';
import { HOOK_ELIGIBLE as LAB } from '../lab/log/hook-eligible.ts';

it('the product and the simulated org agree on what an Event Hook may bring', () => {
  expect([...HOOK_ELIGIBLE].sort()).toEqual([...LAB].sort());
});
