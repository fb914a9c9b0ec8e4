import type { TargetKind } from '../privileges/rules.ts';

/** What a set of targets is of, in words. */
export const TARGET_WORDS: Record<TargetKind, string> = {
  account: 'account',
  group: 'group',
  app: 'app',
  api_service: 'API service',
  device: 'device',
  secret: 'client secret',
  any: 'object',
};
