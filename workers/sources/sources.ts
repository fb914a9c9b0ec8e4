import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import type { Deps } from '../platform/deps.ts';
import { notFound } from '../platform/errors.ts';
import { startForget } from '../sync/start.ts';
import { cancelForSource } from '../tail/backfill-step.ts';
import { oktaOrigin } from './base-url.ts';
import {
  channelsOfMode,
  deleteIngestSecrets,
  type PushChannel,
  rotateIngestSecret,
  secretSummaries,
} from './ingest-secrets.repository.ts';
import { deleteKeysOfSource, insertSourceWithKey, updateSourceWithKey } from './oauth-keys.repository.ts';
import { readAuth } from './oauth-keys.ts';
import { type OktaCredential, sealCredential } from './okta/credential.ts';
import { channelNotInMode, credentialRequired, tooManySources } from './sources.errors.ts';
import { getSource, listSources, type Source, type SourceMode, updateSource } from './sources.repository.ts';
import type { NewSource, SourcePatch } from './sources.schemas.ts';

/** Keeps the lists that have no pages short. */
const MAX_SOURCES = 100;

/** Secrets that were just made: the only time they are readable. */
export type NewSecrets = Partial<Record<PushChannel, string>>;

export async function createSource(
  deps: Deps,
  tenantId: string,
  input: NewSource,
  by: Principal,
): Promise<{ source: Source; secrets: NewSecrets }> {
  if ((await listSources(deps, tenantId)).length >= MAX_SOURCES) {
    throw tooManySources({ detail: `At most ${MAX_SOURCES}.` });
  }
  const baseUrl = oktaOrigin(deps, input.baseUrl);
  const id = deps.ids.next('src');
  const { credential, key } = await readAuth(deps, tenantId, id, input.auth, null);
  const source: Source = {
    tenantId,
    id,
    kind: input.kind,
    name: input.name,
    baseUrl,
    mode: input.mode,
    status: 'untested',
    ...(await credentialColumns(deps, tenantId, id, credential)),
    lastTest: null,
    lastTestAt: null,
    partnerSource: null,
    removalLimitPercent: input.removalLimitPercent,
    createdAt: deps.clock.now(),
    deletedAt: null,
  };
  await insertSourceWithKey(deps, source, key);
  const secrets = await makeMissingSecrets(deps, tenantId, id, input.mode);
  await note(deps, tenantId, by, 'source.create', id, { name: input.name, baseUrl, mode: input.mode });
  return { source, secrets };
}

/** Throws `not_found`, `source.bad_url`, `source.credential_required`, `oauth_key.unusable`. A new mode holds from the next delivery on. */
export async function changeSource(
  deps: Deps,
  tenantId: string,
  id: string,
  patch: SourcePatch,
  by: Principal,
): Promise<{ source: Source; secrets: NewSecrets }> {
  const before = await mustGet(deps, tenantId, id);
  const baseUrl = patch.baseUrl === undefined ? before.baseUrl : oktaOrigin(deps, patch.baseUrl);
  // else the stored credential could be sent to a host of somebody's choice
  if (baseUrl !== before.baseUrl && !patch.auth) throw credentialRequired();
  const auth = patch.auth ? await readAuth(deps, tenantId, id, patch.auth, before) : null;
  const connection = baseUrl !== before.baseUrl || patch.auth !== undefined;
  const status = patch.status ?? (connection && before.status !== 'disabled' ? 'untested' : before.status);
  const change: Partial<Source> = {
    name: patch.name ?? before.name,
    baseUrl,
    mode: patch.mode ?? before.mode,
    removalLimitPercent: patch.removalLimitPercent ?? before.removalLimitPercent,
    // taking back a source that was never disabled says nothing new
    status: patch.status === 'untested' && before.status !== 'disabled' && !connection ? before.status : status,
    ...(auth ? await credentialColumns(deps, tenantId, id, auth.credential) : {}),
    ...(connection ? { lastTest: null, lastTestAt: null } : {}),
    // another org sends from another partner event source
    ...(baseUrl === before.baseUrl ? {} : { partnerSource: null }),
  };
  if (auth) await updateSourceWithKey(deps, tenantId, id, change, auth.key);
  else await updateSource(deps, tenantId, id, change);
  if (change.status === 'disabled') await cancelForSource(deps, tenantId, id, 'source.disabled');
  const source = { ...before, ...change };
  const secrets = source.mode === before.mode ? {} : await makeMissingSecrets(deps, tenantId, id, source.mode);
  const { auth: given, ...shown } = patch;
  await note(deps, tenantId, by, 'source.update', id, { ...shown, ...(given ? { auth: given.type } : {}) });
  return { source, secrets };
}

/**
 * Deletes a source: its secrets stop working and its credential is destroyed at once; what it brought to the graph ends
 * in the background. Throws `not_found`.
 */
export async function deleteSource(deps: Deps, tenantId: string, id: string, by: Principal): Promise<void> {
  const source = await mustGet(deps, tenantId, id);
  await deleteIngestSecrets(deps, tenantId, id);
  await deleteKeysOfSource(deps, tenantId, id);
  await updateSource(deps, tenantId, id, { deletedAt: deps.clock.now(), sealedCredential: '', status: 'disabled' });
  await cancelForSource(deps, tenantId, id, 'source.deleted');
  await note(deps, tenantId, by, 'source.delete', id, { name: source.name });
  await startForget(deps, tenantId, id);
}

/** Makes a new secret for a channel; the old one lives 24 hours. Throws `not_found`, `source.channel_not_in_mode`. */
export async function rotateSecret(
  deps: Deps,
  tenantId: string,
  id: string,
  channel: PushChannel,
  by: Principal,
): Promise<string> {
  const source = await mustGet(deps, tenantId, id);
  if (!channelsOfMode(source.mode).includes(channel)) throw channelNotInMode({ detail: `Its mode is ${source.mode}.` });
  const secret = await rotateIngestSecret(deps, tenantId, id, channel);
  await note(deps, tenantId, by, 'source.secret.rotate', id, { channel });
  return secret;
}

async function makeMissingSecrets(deps: Deps, tenantId: string, id: string, mode: SourceMode): Promise<NewSecrets> {
  const existing = (await secretSummaries(deps, tenantId)).get(id);
  const made: NewSecrets = {};
  for (const channel of channelsOfMode(mode)) {
    if (!existing?.[channel]) made[channel] = await rotateIngestSecret(deps, tenantId, id, channel);
  }
  return made;
}

async function credentialColumns(
  deps: Deps,
  tenantId: string,
  id: string,
  credential: OktaCredential,
): Promise<Pick<Source, 'authType' | 'clientId' | 'sealedCredential'>> {
  return {
    authType: credential.type,
    clientId: credential.type === 'oauth' ? credential.clientId : null,
    sealedCredential: await sealCredential(deps, tenantId, id, credential),
  };
}

async function mustGet(deps: Deps, tenantId: string, id: string): Promise<Source> {
  const source = await getSource(deps, tenantId, id);
  if (!source) throw notFound();
  return source;
}

function note(
  deps: Deps,
  tenantId: string,
  by: Principal,
  action: string,
  id: string,
  detail: Record<string, unknown>,
): Promise<void> {
  return audit(deps, tenantId, by, { action, targetKind: 'source', targetId: id, detail });
}
