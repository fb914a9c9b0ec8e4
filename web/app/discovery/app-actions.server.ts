import type { ActionFunctionArgs } from '@remix-run/cloudflare';
import { z } from 'zod';
import { apiOf } from '~/api/client.server';
import { decideOnApp } from '~/api/discovery.server';
import { answer } from '~/server/answer.server';
import { readForm, UNKNOWN_INTENT } from '~/server/form.server';
import { REVIEWS } from './tags';

const MAX_NOTE = 2_000;

const ownerForm = z.object({ owner: z.string().max(80).default('') });
const reviewForm = z.object({
  review: z.enum(REVIEWS, { error: 'Choose an outcome' }),
  note: z.string().trim().max(MAX_NOTE, `At most ${MAX_NOTE} characters`).default(''),
});

/** The forms of a discovered app's page. */
export async function workOnApp(args: ActionFunctionArgs, id: string) {
  const api = await apiOf(args);
  const form = await args.request.formData();
  switch (form.get('intent')) {
    case 'owner': {
      const read = readForm(form, ownerForm);
      if (!read.ok) return answer(read, '');
      const owner = read.value.owner === '' ? null : read.value.owner;
      return answer(await decideOnApp(api, id, { owner }), owner === null ? 'Nobody owns it now.' : 'Owner saved.');
    }
    case 'review': {
      const read = readForm(form, reviewForm);
      if (!read.ok) return answer(read, '');
      const { review, note } = read.value;
      return answer(await decideOnApp(api, id, { review, note: note === '' ? null : note }), 'Review saved.');
    }
    default:
      return answer({ ok: false, problem: UNKNOWN_INTENT }, '');
  }
}
