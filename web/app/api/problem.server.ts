import { z } from 'zod';
import type { Problem } from './problem';

const bodySchema = z.looseObject({
  title: z.string().optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

/** For faults that the API cannot tell more of. */
const WHAT_NEXT = 'The fault is in the log. Try again in a moment; if it stays, tell whoever runs Postern the time.';

/** Reads `application/problem+json`; anything else still becomes a problem with the answer's status. */
export async function problemFrom(response: Response): Promise<Problem> {
  const body = bodySchema.safeParse(await response.json().catch(() => ({})));
  const said = body.success ? body.data : {};
  return {
    status: response.status,
    code: said.code ?? 'unexpected',
    title: said.title ?? 'The API could not do this',
    detail: said.detail ?? (response.status >= 500 ? WHAT_NEXT : null),
    fields: Object.fromEntries((said.errors ?? []).map((error) => [error.path, error.message])),
  };
}

export const UNREACHABLE: Problem = {
  status: 503,
  code: 'api.unreachable',
  title: 'Postern does not answer',
  detail: 'The console could not reach the Postern API. It is retried when you reload.',
  fields: {},
};

export const UNREADABLE: Problem = {
  status: 502,
  code: 'api.unreadable',
  title: 'An answer could not be read',
  detail: 'The API answered in a shape this console does not know. Console and API may be of different versions.',
  fields: {},
};
