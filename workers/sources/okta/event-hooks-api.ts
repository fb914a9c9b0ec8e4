import { z } from 'zod';
import { PosternError } from '../../platform/errors.ts';
import { listIn, type OktaAnswer, type OktaClient } from './client.ts';
import { oktaBadAnswer, oktaForbidden } from './errors.ts';

const PATH = '/api/v1/eventHooks';

/** Types that one Event Hook may subscribe to (Okta's limit). */
export const MAX_TYPES_PER_HOOK = 300;

/** What it takes to make and verify Event Hooks. */
export const MANAGE_SCOPE = 'okta.eventHooks.manage';
export const HOOK_SCOPES = [MANAGE_SCOPE, 'okta.eventHooks.read'] as const;

/** The body of `POST /api/v1/eventHooks`. */
export interface HookBody {
  name: string;
  events: { type: 'EVENT_TYPE'; items: string[] };
  channel: {
    type: 'HTTP';
    version: '1.0.0';
    config: {
      uri: string;
      headers: { key: string; value: string }[];
      authScheme: { type: 'HEADER'; key: 'Authorization'; value: string };
    };
  };
}

const hookSchema = z.looseObject({
  id: z.string().min(1),
  name: z.string(),
  status: z.string(),
  verificationStatus: z.string(),
  events: z.looseObject({ items: z.array(z.string()).nullish() }).nullish(),
  channel: z.looseObject({ config: z.looseObject({ uri: z.string() }) }).nullish(),
});

/** An Event Hook as Okta has it. */
export interface OktaHook {
  id: string;
  name: string;
  /** ACTIVE or INACTIVE. */
  status: string;
  /** VERIFIED or UNVERIFIED. */
  verificationStatus: string;
  uri: string | null;
  types: string[];
}

export function hookBody(name: string, types: readonly string[], uri: string, secret: string): HookBody {
  return {
    name,
    events: { type: 'EVENT_TYPE', items: [...types] },
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: { uri, headers: [], authScheme: { type: 'HEADER', key: 'Authorization', value: secret } },
    },
  };
}

/** Every Event Hook of the org, at most 25. One that cannot be read is left out. */
export async function listHooks(client: OktaClient): Promise<OktaHook[]> {
  return listIn(await client.get(PATH)).flatMap((raw) => {
    const parsed = hookSchema.safeParse(raw);
    return parsed.success ? [toHook(parsed.data)] : [];
  });
}

/** Makes a hook (active, not verified), or changes the one with `id`. */
export async function saveHook(client: OktaClient, id: string | null, body: HookBody): Promise<OktaHook> {
  return readHook(await manage(() => (id === null ? client.post(PATH, body) : client.put(pathOf(id), body))));
}

/** `verify` makes Okta call the address; it answers 400 when the challenge does not come back. */
export async function stepHook(
  client: OktaClient,
  id: string,
  step: 'activate' | 'deactivate' | 'verify',
): Promise<OktaHook> {
  return readHook(await manage(() => client.post(`${pathOf(id)}/lifecycle/${step}`, {})));
}

function pathOf(id: string): string {
  return `${PATH}/${encodeURIComponent(id)}`;
}

/** A refused change lacks the right to manage, whatever part of it Okta names. */
async function manage(call: () => Promise<OktaAnswer>): Promise<OktaAnswer> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof PosternError) || error.code !== 'okta.forbidden') throw error;
    throw mayNotManage(error);
  }
}

/** The refusal in the words of what is missing. */
export function mayNotManage(cause: PosternError): PosternError {
  return oktaForbidden({
    detail: `The credential may not manage event hooks. Grant ${MANAGE_SCOPE} to the service app and give it an admin role that may manage hooks, or use the API token of such an admin. Or make the hooks by hand.`,
    fields: { ...cause.fields, needs: MANAGE_SCOPE },
    cause,
  });
}

function readHook(answer: OktaAnswer): OktaHook {
  const parsed = hookSchema.safeParse(answer.body);
  if (!parsed.success) throw oktaBadAnswer({ detail: 'Okta answered something else than an event hook.' });
  return toHook(parsed.data);
}

function toHook(raw: z.infer<typeof hookSchema>): OktaHook {
  const { id, name, status, verificationStatus } = raw;
  return {
    id,
    name,
    status,
    verificationStatus,
    uri: raw.channel?.config.uri ?? null,
    types: raw.events?.items ?? [],
  };
}
