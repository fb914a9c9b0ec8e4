import { data, redirect } from '@remix-run/cloudflare';
import type { Outcome } from '../api/problem';
import type { ActionAnswer } from '../ui/notice';
import { setFlash } from './flash.server';

/** What an action of a page answers: the notice, with the status of the problem if there is one. */
export function answer(outcome: Outcome<unknown>, message: string) {
  if (outcome.ok) return data<ActionAnswer>({ ok: true, message });
  return data<ActionAnswer>({ ok: false, problem: outcome.problem }, { status: outcome.problem.status });
}

/** Away to another page, which shows the message once. */
export async function redirectWith(path: string, message: string): Promise<Response> {
  return redirect(path, { headers: { 'Set-Cookie': await setFlash(message) } });
}
