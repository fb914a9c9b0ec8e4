import type { ActionFunctionArgs } from '@remix-run/cloudflare';
import { z } from 'zod';
import { apiOf } from '~/api/client.server';
import { assignIssue, dismissIssue, reopenIssue, sendIssue } from '~/api/issues.server';
import { answer } from '~/server/answer.server';
import { filled, optionalText, readForm, UNKNOWN_INTENT } from '~/server/form.server';
import { DISMISS_REASONS } from './dismiss-reasons';

const MAX_NOTE = 2_000;

const dismissForm = z.object({
  reason: z.enum(DISMISS_REASONS, { error: 'Choose a reason' }),
  note: optionalText(MAX_NOTE),
});
const assignForm = z.object({ assignee: z.string().max(80).optional() });
const sendForm = z.object({ integrationId: filled('Choose where to send it', 80) });

/** The forms of an issue's page. */
export async function workOnIssue(args: ActionFunctionArgs, id: string) {
  const api = await apiOf(args);
  const form = await args.request.formData();
  switch (form.get('intent')) {
    case 'dismiss': {
      const read = readForm(form, dismissForm);
      return answer(
        read.ok ? await dismissIssue(api, id, read.value) : read,
        'Dismissed. It is kept, with your reason.',
      );
    }
    case 'reopen':
      return answer(await reopenIssue(api, id), 'Open again.');
    case 'assign': {
      const read = readForm(form, assignForm);
      if (!read.ok) return answer(read, '');
      const assignee = read.value.assignee === undefined || read.value.assignee === '' ? null : read.value.assignee;
      return answer(await assignIssue(api, id, assignee), assignee === null ? 'Assigned to nobody.' : 'Assigned.');
    }
    case 'send': {
      const read = readForm(form, sendForm);
      return answer(read.ok ? await sendIssue(api, id, read.value.integrationId) : read, 'On the way.');
    }
    default:
      return answer({ ok: false, problem: UNKNOWN_INTENT }, '');
  }
}
