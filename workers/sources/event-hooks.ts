import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import type { Deps } from '../platform/deps.ts';
import { defineError, describeError, isTransient, notFound, PosternError } from '../platform/errors.ts';
import { sourceDisabled } from '../sync/sync.errors.ts';
import { hookPath, type PlannedHook, planHooks, sendsHere, wantedHooks } from './event-hook-plan.ts';
import { channelsOfMode, findIngestSecret, rotateIngestSecret, undoRotation } from './ingest-secrets.repository.ts';
import { type OktaClient, oktaClientOf } from './okta/client.ts';
import {
  HOOK_SCOPES,
  hookBody,
  listHooks,
  mayNotManage,
  type OktaHook,
  saveHook,
  stepHook,
} from './okta/event-hooks-api.ts';
import { TEST_TIMEOUT_MS } from './okta/test-connection.ts';
import { channelNotInMode } from './sources.errors.ts';
import { getSource, type Source } from './sources.repository.ts';

const overtaken = defineError({
  code: 'source.secret_replaced',
  status: 409,
  title: 'The secret was replaced at the same time',
});

/** What became of one hook. */
export interface HookResult {
  id: string | null;
  name: string;
  status: string | null;
  verificationStatus: string | null;
  /** Why it brings nothing; null when it is active and verified. */
  error: string | null;
}

export interface Registration {
  url: string;
  hooks: HookResult[];
  /** Hooks to the same source that were switched off, because the others take their place. */
  replaced: HookResult[];
}

/** What the org has, as far as the credential may see it. Addresses of others are left out: some carry secrets. */
export type HooksInOkta = { ok: true; hooks: (OktaHook & { ours: boolean })[] } | { ok: false; error: string };

/** Reads the org's Event Hooks. Never throws for what Okta answers, nor for a credential that does not open. */
export async function hooksInOkta(deps: Deps, tenantId: string, source: Source): Promise<HooksInOkta> {
  try {
    const client = await oktaClientOf(deps, tenantId, source, { timeoutMs: TEST_TIMEOUT_MS });
    const names = new Set(wantedHooks(source.id).map((hook) => hook.name));
    const hooks = await listHooks(client);
    return {
      ok: true,
      hooks: hooks.map((hook) => {
        const ours = names.has(hook.name) || sendsHere(hook, source.id);
        return { ...hook, ours, uri: ours ? withoutQuery(hook.uri) : null };
      }),
    };
  } catch (error) {
    if (error instanceof PosternError) return { ok: false, error: error.detail ?? error.title };
    deps.log.warn('event hooks: the credential does not open', { tenantId, error: describeError(error).name });
    return { ok: false, error: 'The credential of the source cannot be opened. Save it again.' };
  }
}

/**
 * Makes or changes the source's Event Hooks in Okta, with a new secret, and lets Okta verify them. Doing it again
 * changes the same hooks. The secret before lives 24 hours more; when Okta refuses every hook the new one is taken back.
 * A hook that cannot be verified is switched off and reported. Throws `not_found`, `source.disabled`,
 * `source.channel_not_in_mode`, `source.secret_replaced`, and `okta.…` when no hook could be written (`fields.needs` for a refusal).
 */
export async function registerHooks(
  deps: Deps,
  tenantId: string,
  sourceId: string,
  origin: string,
  by: Principal,
): Promise<Registration> {
  const source = await getSource(deps, tenantId, sourceId);
  if (!source) throw notFound();
  if (source.status === 'disabled') throw sourceDisabled();
  if (!channelsOfMode(source.mode).includes('event_hook')) {
    throw channelNotInMode({ detail: `Its mode is ${source.mode}.` });
  }
  const client = await oktaClientOf(deps, tenantId, source, { timeoutMs: TEST_TIMEOUT_MS, scopes: HOOK_SCOPES });
  const inOkta = await listHooks(client).catch((error: unknown) => {
    throw error instanceof PosternError && error.code === 'okta.forbidden' ? mayNotManage(error) : error;
  });
  const plan = planHooks(sourceId, wantedHooks(sourceId), inOkta);

  const url = `${origin}${hookPath(sourceId)}`;
  // before Okta has it: a hook that is verified already uses it at once
  const secret = await rotateIngestSecret(deps, tenantId, sourceId, 'event_hook');
  const tried = await Promise.all(plan.hooks.map((hook) => writeHook(client, hook, url, secret)));
  const failures = tried.flatMap(({ failure }) => failure ?? []);
  if (failures.length === tried.length) {
    // a call that broke off may have reached Okta: then both secrets have to work
    if (failures.every((failure) => !isTransient(failure))) {
      await undoRotation(deps, tenantId, sourceId, 'event_hook', secret);
    }
    await note(deps, tenantId, by, sourceId, { url, error: failures[0]?.message });
    throw failures[0];
  }
  const hooks = tried.map(({ result }) => result);
  if ((await findIngestSecret(deps, secret))?.expiresAt !== null) {
    await note(deps, tenantId, by, sourceId, { url, hooks, overtaken: true });
    throw overtaken({ detail: 'The hooks carry a secret that ends within 24 hours: register them again.' });
  }
  const complete = hooks.every((hook) => hook.error === null);
  const replaced = complete
    ? await Promise.all(
        plan.surplus.filter((hook) => hook.status === 'ACTIVE').map((hook) => switchOff(client, hook, null)),
      )
    : [];
  await note(deps, tenantId, by, sourceId, { url, hooks, replaced });
  return { url, hooks, replaced };
}

async function writeHook(
  client: OktaClient,
  hook: PlannedHook,
  url: string,
  secret: string,
): Promise<{ result: HookResult; failure: PosternError | null }> {
  let saved: OktaHook;
  try {
    saved = await saveHook(client, hook.existing?.id ?? null, hookBody(hook.name, hook.types, url, secret));
  } catch (error) {
    const failure = expected(error);
    const { id = null, status = null, verificationStatus = null } = hook.existing ?? {};
    return { result: { id, name: hook.name, status, verificationStatus, error: textOf(failure) }, failure };
  }
  try {
    if (saved.status !== 'ACTIVE') await stepHook(client, saved.id, 'activate');
    const done = await stepHook(client, saved.id, 'verify');
    return { result: resultOf(done, null), failure: null };
  } catch (error) {
    return { result: await switchOff(client, saved, textOf(expected(error))), failure: null };
  }
}

/** Deactivates a hook; `reason` stays its error. */
async function switchOff(client: OktaClient, hook: OktaHook, reason: string | null): Promise<HookResult> {
  try {
    return resultOf(await stepHook(client, hook.id, 'deactivate'), reason);
  } catch (error) {
    const left = `It could not be switched off: ${textOf(expected(error))}`;
    return resultOf(hook, reason === null ? left : `${reason} ${left}`);
  }
}

function withoutQuery(uri: string | null): string | null {
  return uri === null ? null : (uri.split('?')[0] ?? null);
}

function resultOf({ id, name, status, verificationStatus }: OktaHook, error: string | null): HookResult {
  return { id, name, status, verificationStatus, error };
}

function expected(error: unknown): PosternError {
  if (error instanceof PosternError) return error;
  throw error;
}

function textOf(error: PosternError): string {
  return error.detail ?? error.title;
}

function note(deps: Deps, tenantId: string, by: Principal, id: string, detail: Record<string, unknown>): Promise<void> {
  return audit(deps, tenantId, by, {
    action: 'source.event_hooks.register',
    targetKind: 'source',
    targetId: id,
    detail,
  });
}
