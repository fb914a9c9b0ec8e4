import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/cloudflare';
import { z } from 'zod';
import { apiOf } from '~/api/client.server';
import type { Problem } from '~/api/problem';
import {
  askRemediation,
  confirmRemediation,
  type Plan,
  planRemediation,
  type Remediation,
} from '~/api/remediation.server';
import { filled, readForm, UNKNOWN_INTENT } from '~/server/form.server';

/** What the dialog is answered. */
export interface Asked {
  plan: Plan | null;
  remediation: Remediation | null;
  problem: Problem | null;
}

const NOTHING: Asked = { plan: null, remediation: null, problem: null };

const confirmation = z.object({ planId: filled('Make a plan first', 80), confirm: filled('Type the name', 200) });

/** `GET /remediation/ask?id=rmd_…`: how far a change is. */
export async function loader(args: LoaderFunctionArgs): Promise<Asked> {
  const id = new URL(args.request.url).searchParams.get('id') ?? '';
  const asked = await askRemediation(await apiOf(args), id);
  return asked.ok ? { ...NOTHING, remediation: asked.value } : { ...NOTHING, problem: asked.problem };
}

/** A dry run, or its confirmation. */
export async function action(args: ActionFunctionArgs): Promise<Asked> {
  const api = await apiOf(args);
  const form = await args.request.formData();
  switch (form.get('intent')) {
    case 'plan': {
      const request = Object.fromEntries([...form].filter(([name]) => name !== 'intent'));
      const asked = await planRemediation(api, request);
      return asked.ok ? { ...NOTHING, plan: asked.value } : { ...NOTHING, problem: asked.problem };
    }
    case 'confirm': {
      const read = readForm(form, confirmation);
      const made = read.ok ? await confirmRemediation(api, read.value) : read;
      return made.ok ? { ...NOTHING, remediation: made.value } : { ...NOTHING, problem: made.problem };
    }
    default:
      return { ...NOTHING, problem: UNKNOWN_INTENT };
  }
}
