import type { ActionFunctionArgs } from '@remix-run/cloudflare';
import { apiOf } from '~/api/client.server';
import {
  createAutomation,
  deleteAutomation,
  deleteIntegration,
  getIntegration,
  replayDelivery,
  testIntegration,
  updateAutomation,
  updateIntegration,
} from '~/api/outbound.server';
import { answer, redirectWith } from '~/server/answer.server';
import { UNKNOWN_INTENT } from '~/server/form.server';
import { readAutomation, readIntegration } from './integration-form.server';

/** The forms of an integration's page; `id` in a form names an automation or a delivery. */
export async function workOnIntegration(args: ActionFunctionArgs, id: string) {
  const api = await apiOf(args);
  const form = await args.request.formData();
  const about = String(form.get('id') ?? '');
  switch (form.get('intent')) {
    case 'test':
      return answerTest(await testIntegration(api, id));
    case 'save': {
      const { key } = await getIntegration(api, id);
      const read = readIntegration(form, key);
      return answer(read.ok ? await updateIntegration(api, id, read.value) : read, 'Saved. Test the connection next.');
    }
    case 'enable':
      return answer(await updateIntegration(api, id, { enabled: true }), 'Enabled. Test the connection next.');
    case 'disable':
      return answer(await updateIntegration(api, id, { enabled: false }), 'Disabled: nothing is sent to it.');
    case 'delete': {
      const gone = await deleteIntegration(api, id);
      if (!gone.ok) return answer(gone, '');
      throw await redirectWith('/integrations', 'The integration is removed.');
    }
    case 'automation-add': {
      const read = readAutomation(form);
      if (!read.ok) return answer(read, '');
      const made = await createAutomation(api, { ...read.value, integrationId: id, enabled: true });
      return answer(made, 'The automation is on.');
    }
    case 'automation-save': {
      const read = readAutomation(form);
      return answer(read.ok ? await updateAutomation(api, about, read.value) : read, 'Saved.');
    }
    case 'automation-on':
      return answer(await updateAutomation(api, about, { enabled: true }), 'The automation is on.');
    case 'automation-off':
      return answer(await updateAutomation(api, about, { enabled: false }), 'The automation is off.');
    case 'automation-delete':
      return answer(await deleteAutomation(api, about), 'The automation is removed.');
    case 'replay':
      return answer(await replayDelivery(api, about), 'Sent again.');
    default:
      return answer({ ok: false, problem: UNKNOWN_INTENT }, '');
  }
}

/** A test that reached nobody is an answer of the API, but bad news for the person. */
function answerTest(tested: Awaited<ReturnType<typeof testIntegration>>) {
  if (!tested.ok || tested.value.ok) {
    const took = tested.ok && tested.value.durationMs !== null ? ` in ${tested.value.durationMs} ms` : '';
    return answer(tested, `The receiver answered${took}.`);
  }
  const { status, error } = tested.value;
  const detail = [status === null ? null : `HTTP ${status}`, error].filter((part) => part !== null).join(': ');
  return answer(
    {
      ok: false,
      problem: {
        status: 400,
        code: 'integration.test_failed',
        title: 'The test did not go through',
        detail: detail === '' ? null : detail,
        fields: {},
      },
    },
    '',
  );
}
