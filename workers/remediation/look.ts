import { isTransient, PosternError } from '../platform/errors.ts';
import { hasCode } from '../sources/okta/errors.ts';
import { listHas, liveAppUser, liveFactor, liveGrant, liveUser, type Reader, readOne, readRows } from './okta-reads.ts';
import type { PlannedCall } from './plan.types.ts';

/** What a user is after a lifecycle call. */
export const STATUS_AFTER: Record<string, string> = { suspend: 'SUSPENDED', unsuspend: 'ACTIVE' };

type Call = Pick<PlannedCall, 'method' | 'path'>;
type Look = (okta: Reader, parts: string[], enrolled: string[] | null) => Promise<boolean | null>;

const LOOKS: [form: RegExp, look: Look][] = [
  [
    /^POST (\/api\/v1\/users\/[^/]+)\/lifecycle\/(suspend|unsuspend)$/,
    async (okta, [user = '', step = '']) => (await readOne(okta, user, liveUser))?.status === STATUS_AFTER[step],
  ],
  [
    /^POST (\/api\/v1\/users\/[^/]+)\/lifecycle\/reset_factors$/,
    // one that was enrolled since was not there to be reset
    async (okta, [user = ''], enrolled) => {
      if (enrolled === null) return null;
      const now = await factorsOf(okta, user);
      return !now.some((factor) => enrolled.includes(factor));
    },
  ],
  [
    /^DELETE \/api\/v1\/groups\/([^/]+)\/users\/([^/]+)$/,
    (okta, [group = '', user = '']) => isOff(okta, `/api/v1/users/${user}/groups?limit=200`, group),
  ],
  [
    /^DELETE (\/api\/v1\/apps\/[^/]+\/users\/[^/?]+)\?sendEmail=false$/,
    // what a group gives stays when a person's own assignment goes
    async (okta, [path = '']) =>
      (await isGone(okta, path)) || (await readOne(okta, path, liveAppUser))?.scope === 'GROUP',
  ],
  [
    /^DELETE (\/api\/v1\/apps\/[^/]+\/groups)\/([^/]+)$/,
    (okta, [list = '', id = '']) => isOff(okta, `${list}?limit=200`, id),
  ],
  [
    /^DELETE (\/(?:api\/v1\/(?:users|groups)|oauth2\/v1\/clients)\/[^/]+\/roles)\/([^/]+)$/,
    (okta, [list = '', id = '']) => isOff(okta, list, id),
  ],
  [/^DELETE (\/api\/v1\/api-tokens\/[^/]+)$/, (okta, [path = '']) => isGone(okta, path)],
  [/^DELETE (\/api\/v1\/apps\/[^/]+\/grants\/[^/]+)$/, (okta, [path = '']) => isGone(okta, path)],
  [
    /^DELETE (\/api\/v1\/users\/[^/]+\/clients\/[^/]+\/(?:grants|tokens))$/,
    async (okta, [path = '']) => (await readRows(okta, `${path}?limit=200`, liveGrant)).rows.length === 0,
  ],
];

/**
 * Whether Okta shows that a call was made: by a run that broke off before it knew. Null where Okta does not show it
 * (sessions), or not to this credential. `enrolled`: the factors before the call. Throws what may pass.
 */
export async function isMade(okta: Reader, { method, path }: Call, enrolled: string[] | null): Promise<boolean | null> {
  for (const [form, look] of LOOKS) {
    const found = form.exec(`${method} ${path}`);
    if (found) return unlessRefused(() => look(okta, found.slice(1), enrolled));
  }
  return null;
}

/** What is enrolled before a call that resets factors; null for any other call, and where it cannot be seen. */
export async function enrolledBefore(okta: Reader, { path }: Call): Promise<string[] | null> {
  const [, user] = /^(\/api\/v1\/users\/[^/]+)\/lifecycle\/reset_factors$/.exec(path) ?? [];
  return user === undefined ? null : unlessRefused(() => factorsOf(okta, user));
}

/** A factor by its id and when it was enrolled: Okta may give an id again. */
async function factorsOf(okta: Reader, user: string): Promise<string[]> {
  const { rows } = await readRows(okta, `${user}/factors`, liveFactor);
  return rows.map(({ id, created }) => `${id} ${created ?? ''}`.trim());
}

async function isOff(okta: Reader, list: string, id: string): Promise<boolean | null> {
  const has = await listHas(okta, list, id);
  return has === null ? null : !has;
}

async function isGone(okta: Reader, path: string): Promise<boolean> {
  try {
    await okta.get(path);
    return false;
  } catch (error) {
    if (hasCode(error, 'okta.not_found')) return true;
    throw error;
  }
}

async function unlessRefused<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof PosternError) || isTransient(error)) throw error;
    return null;
  }
}
