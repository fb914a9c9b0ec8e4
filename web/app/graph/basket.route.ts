import { type ActionFunctionArgs, redirect } from '@remix-run/cloudflare';
import { apiOf } from '~/api/client.server';
import { setFlash } from '~/server/flash.server';
import { safePath } from '~/server/paths.server';
import { MAX_BASKET, removalOf } from './basket';
import { keepBasket, readBasket } from './basket.server';

/** `POST /graph/basket`: adds a removal to the what-if basket, or takes it out, and leads back. Nothing is removed. */
export async function action(args: ActionFunctionArgs) {
  await apiOf(args);
  const form = await args.request.formData();
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  const [intent, key, basket] = [text('intent'), text('removal'), await readBasket(args.request)];
  const back = safePath(text('back'));
  const headers = new Headers();
  const keep = async (keys: string[]) => headers.append('Set-Cookie', await keepBasket(keys));

  if (intent === 'clear') await keep([]);
  else if (intent === 'drop') await keep(basket.filter((one) => one !== key));
  else if (intent === 'add' && removalOf(key) !== null && !basket.includes(key)) {
    if (basket.length >= MAX_BASKET) {
      headers.append(
        'Set-Cookie',
        await setFlash(`One question takes ${MAX_BASKET} removals: this one was not added.`),
      );
    } else {
      await keep([...basket, key]);
    }
  }
  return redirect(back, { headers });
}
