import { type ActionFunctionArgs, redirect } from '@remix-run/cloudflare';
import { apiOf } from '~/api/client.server';
import { problemText } from '~/api/problem';
import { setCriticality } from '~/api/queries.server';
import { setFlash } from '~/server/flash.server';
import { safePath } from '~/server/paths.server';
import { LEVELS, MAX_NOTE, PATHS } from './levels';

export function loader() {
  return redirect('/inventory/apps');
}

/** `POST /criticality`: says by hand how critical a node is, or takes that back, and leads back to its page. */
export async function action(args: ActionFunctionArgs) {
  const api = await apiOf(args);
  const form = await args.request.formData();
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const [kind, id, level, note] = [text('kind'), text('id'), text('level'), text('note').slice(0, MAX_NOTE)];
  const back = safePath(text('back'));
  const path = PATHS[kind];
  const clear = text('intent') === 'clear';
  if (path === undefined || id === '' || !(clear || LEVELS.some(({ value }) => value === level))) return redirect(back);
  const outcome = await setCriticality(api, `${path}/${encodeURIComponent(id)}`, clear ? null : level, note || null);
  const told = outcome.ok
    ? clear
      ? 'Labels and rules hold again.'
      : 'Criticality saved.'
    : problemText(outcome.problem);
  return redirect(back, { headers: { 'Set-Cookie': await setFlash(told) } });
}
