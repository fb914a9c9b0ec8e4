import { z } from 'zod';
import { listIn, type OktaClient } from '../sources/okta/client.ts';
import { hasCode } from '../sources/okta/errors.ts';

/** What a dry run reads with. */
export type Reader = Pick<OktaClient, 'get'>;

/** Pages of one list that a dry run reads: beyond it, what was not found is not known to be absent. */
export const MAX_PAGES = 10;

const text = z.string().nullish().catch(null);

export const liveUser = z.looseObject({ id: z.string(), status: z.string() });
export const liveGroup = z.looseObject({
  type: text,
  source: z.looseObject({ id: z.string() }).nullish().catch(null),
});
export const liveAppUser = z.looseObject({ scope: text });
export const liveRole = z.looseObject({
  id: z.string(),
  type: z.string(),
  /** Id of a custom role. */
  role: text,
  status: text,
  assignmentType: text,
  _links: z
    .looseObject({ assignee: z.looseObject({ href: z.string() }).nullish().catch(null) })
    .nullish()
    .catch(null),
});
export type LiveRole = z.output<typeof liveRole>;
export const liveRule = z.looseObject({
  name: z.string().catch('unnamed'),
  status: text,
  conditions: z
    .looseObject({
      people: z
        .looseObject({
          users: z
            .looseObject({ exclude: z.array(z.string()).catch([]) })
            .nullish()
            .catch(null),
        })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
  actions: z
    .looseObject({
      assignUserToGroups: z
        .looseObject({ groupIds: z.array(z.string()).catch([]) })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
});
export const liveToken = z.looseObject({ id: z.string(), name: text, userId: text });
export const liveGrant = z.looseObject({ id: z.string(), scopeId: text });
export const liveFactor = z.looseObject({
  id: z.string(),
  factorType: z.string().catch('unknown'),
  created: text,
});
const anyRow = z.looseObject({ id: z.string() });

/** One object; null when Okta has it no more, or answers something else than one. */
export async function readOne<S extends z.ZodType>(okta: Reader, path: string, schema: S): Promise<z.output<S> | null> {
  try {
    const parsed = schema.safeParse((await okta.get(path)).body);
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (hasCode(error, 'okta.not_found')) return null;
    throw error;
  }
}

/** The rows of a list that can be read. `whole`: false when there are more than are looked at. A 404 reads as none. */
export async function readRows<S extends z.ZodType>(
  okta: Reader,
  path: string,
  schema: S,
): Promise<{ rows: z.output<S>[]; whole: boolean }> {
  const rows: z.output<S>[] = [];
  let next: string | null = path;
  for (let page = 0; next !== null; page++) {
    if (page >= MAX_PAGES) return { rows, whole: false };
    const answer = await orNull(okta, next);
    if (answer === null) break;
    for (const raw of listIn(answer)) {
      const parsed = schema.safeParse(raw);
      if (parsed.success) rows.push(parsed.data);
    }
    next = answer.next;
  }
  return { rows, whole: true };
}

/** Whether a list has a row with this id; null when it was not found in what is looked at. */
export async function listHas(okta: Reader, path: string, id: string): Promise<boolean | null> {
  const { rows, whole } = await readRows(okta, path, anyRow);
  if (rows.some((row) => row.id === id)) return true;
  return whole ? false : null;
}

async function orNull(okta: Reader, path: string) {
  try {
    return await okta.get(path);
  } catch (error) {
    if (hasCode(error, 'okta.not_found')) return null;
    throw error;
  }
}

/** Id at the end of the link to whom or what a role is assigned. */
export function assigneeOf(role: LiveRole): string | null {
  return role._links?.assignee?.href.split('/').pop() ?? null;
}

/** A path segment. */
export const seg = encodeURIComponent;
