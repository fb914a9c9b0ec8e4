import { type ActionFunctionArgs, data } from '@remix-run/cloudflare';
import { z } from 'zod';
import { cancelBackfill, startBackfill } from '~/api/backfills.server';
import { type Api, apiOf } from '~/api/client.server';
import type { Outcome } from '~/api/problem';
import { type HooksInOkta, lookForHooks, type Registration, registerHooks } from '~/api/source-events.server';
import {
  type CreatedSource,
  decideRun,
  deleteOauthKey,
  deleteSource,
  getSource,
  makeNextKey,
  rotateSecret,
  startSync,
  type TestResult,
  testSource,
  updateSource,
} from '~/api/sources.server';
import { redirectWith } from '~/server/answer.server';
import { invalid, UNKNOWN_INTENT } from '~/server/form.server';
import type { ActionAnswer } from '~/ui/notice';
import { readSettings } from './source-forms.server';

interface SourceAnswer {
  answer: ActionAnswer | null;
  test: TestResult | null;
  /** Secrets just made: shown this once. */
  secrets: { channel: string; value: string }[];
  /** What became of the Event Hooks. */
  registered: Registration | null;
  hooks: HooksInOkta | null;
}

const idField = z.string().min(1).max(80);
const daysField = z.coerce.number().int().min(1).max(90);

/** The forms of a source's page. */
export async function workOnSource(args: ActionFunctionArgs, id: string) {
  const api = await apiOf(args);
  const form = await args.request.formData();
  const about = idField.safeParse(form.get('id')).data ?? '';
  switch (form.get('intent')) {
    case 'test': {
      const tested = await testSource(api, id);
      if (!tested.ok) return respond(tested, '');
      const message = tested.value.ok ? 'Connected: everything could be read.' : 'Some parts could not be read.';
      const tone = tested.value.ok ? 'good' : 'warn';
      return respond(tested, message, { test: tested.value, answer: { ok: true, message, tone } });
    }
    case 'new-key':
      return respond(
        await makeNextKey(api, id),
        'A new key pair was made. Add its public key to the service app, then test the connection.',
      );
    case 'drop-key':
      return respond(await deleteOauthKey(api, about), 'The new key is forgotten.');
    case 'client-id': {
      const source = await getSource(api, id);
      const clientId = String(form.get('clientId') ?? '').trim();
      const auth = { type: 'oauth', clientId, keyId: source.keyId ?? '' };
      return respond(await updateSource(api, id, { auth }), 'Saved. Test the connection next.');
    }
    case 'sync':
      return respond(await startSync(api, id), 'The sync has started.');
    case 'confirm':
      return respond(await decideRun(api, id, about, 'confirm'), 'Confirmed: the sync goes on.');
    case 'reject':
      return respond(await decideRun(api, id, about, 'reject'), 'Rejected: nothing is removed.');
    case 'cancel':
      return respond(await decideRun(api, id, about, 'cancel'), 'The sync ends at its next step.');
    case 'backfill': {
      const days = daysField.safeParse(form.get('days'));
      if (!days.success) return respond({ ok: false, problem: invalid({ days: 'Choose 1 to 90 days' }) }, '');
      return respond(await startBackfill(api, id, days.data), 'The backfill has started.');
    }
    case 'cancel-backfill':
      return respond(await cancelBackfill(api, id, about), 'The backfill ends before its next page.');
    case 'settings': {
      const read = readSettings(form);
      if (!read.ok) return respond(read, '');
      const saved = await updateSource(api, id, read.value);
      return respond(saved, 'Saved.', { secrets: saved.ok ? newSecrets(saved.value) : [] });
    }
    case 'disable':
      return respond(await updateSource(api, id, { status: 'disabled' }), 'Disabled.');
    case 'enable':
      return respond(await updateSource(api, id, { status: 'untested' }), 'Enabled. Test the connection next.');
    case 'rotate': {
      const made = await rotateSecret(api, id, about);
      if (!made.ok) return respond(made, '');
      return respond(made, 'A new secret was made.', { secrets: [{ channel: about, value: made.value.secret }] });
    }
    case 'register-hooks':
      return register(api, id, String(form.get('publicUrl') ?? '').trim());
    case 'look-hooks': {
      const found = await lookForHooks(api, id);
      return respond(found, 'This is what Okta has.', { hooks: found.ok ? found.value.okta : null });
    }
    case 'delete':
      return disconnect(api, id, form.get('confirm'));
    default:
      return respond({ ok: false, problem: UNKNOWN_INTENT }, '');
  }
}

/** A change of mode makes the secrets of the channels it newly accepts. */
function newSecrets(source: CreatedSource): SourceAnswer['secrets'] {
  const made = [
    { channel: 'event_hook', value: source.eventHookSecret },
    { channel: 'eventbridge', value: source.eventBridgeSecret },
  ];
  return made.flatMap(({ channel, value }) => (value === null ? [] : [{ channel, value }]));
}

async function register(api: Api, id: string, publicUrl: string) {
  const done = await registerHooks(api, id, publicUrl === '' ? undefined : publicUrl);
  if (!done.ok) return respond(done, '');
  const ok = done.value.hooks.every((hook) => hook.error === null);
  const message = ok ? 'Okta has verified the hooks.' : 'Not every hook could be verified: see below.';
  return respond(done, message, {
    registered: done.value,
    answer: { ok: true, message, tone: ok ? 'good' : 'warn' },
  });
}

async function disconnect(api: Api, id: string, confirm: unknown) {
  const source = await getSource(api, id);
  if (confirm !== source.name) {
    const detail = `To disconnect it, type its name: ${source.name}`;
    return respond({ ok: false, problem: { ...invalid({}), title: 'Nothing was removed', detail } }, '');
  }
  const gone = await deleteSource(api, id);
  if (!gone.ok) return respond(gone, '');
  throw await redirectWith('/sources', `${source.name} is disconnected.`);
}

function respond(outcome: Outcome<unknown>, message: string, more: Partial<SourceAnswer> = {}) {
  const body: SourceAnswer = {
    answer: outcome.ok ? { ok: true, message } : { ok: false, problem: outcome.problem },
    test: null,
    secrets: [],
    registered: null,
    hooks: null,
    ...more,
  };
  return data(body, outcome.ok ? {} : { status: outcome.problem.status });
}
