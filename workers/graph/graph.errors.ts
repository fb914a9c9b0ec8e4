import { defineError } from '../platform/errors.ts';

export const graphTooLarge = defineError({ code: 'graph.too_large', status: 413, title: 'Too much for the graph' });

export const graphMismatch = defineError({
  code: 'graph.wrong_shard',
  status: 500,
  title: 'The shard belongs to another tenant',
});
