import { afterEach, expect, it, vi } from 'vitest';
import { describeError } from './errors.ts';
import { jsonLog } from './log.ts';

afterEach(() => vi.restoreAllMocks());

it('says what happened and, apart from it, why', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  jsonLog.warn('tail poll failed', { tenantId: 'tnt_1', ...describeError(new Error('no answer')) });
  expect(JSON.parse(String(warn.mock.calls[0]?.[0]))).toEqual({
    level: 'warn',
    message: 'tail poll failed',
    tenantId: 'tnt_1',
    name: 'Error',
    cause: 'no answer',
  });
});
