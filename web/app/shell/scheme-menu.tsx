import { useMantineColorScheme } from '@mantine/core';
import { Form, useLocation, useRouteLoaderData } from '@remix-run/react';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { loader } from '~/root';
import { isScheme, SCHEMES, type Scheme } from '~/theme/scheme';
import styles from './header.module.css';

const ICONS = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon } as const;
const NAMES: Record<Scheme, string> = { auto: 'As the system', light: 'Light', dark: 'Dark' };

/** Colour scheme: at once with scripts, by a form without. Both keep it in the same cookie. */
export function SchemeMenu() {
  const rendered = useRouteLoaderData<typeof loader>('root')?.preference ?? 'auto';
  const [scheme, setScheme] = useState<Scheme>(rendered);
  const { setColorScheme } = useMantineColorScheme();
  const { pathname, search } = useLocation();
  const Current = ICONS[scheme];

  const choose = (event: FormEvent<HTMLFormElement>) => {
    const submitter = event.nativeEvent instanceof SubmitEvent ? event.nativeEvent.submitter : null;
    const value = submitter instanceof HTMLButtonElement ? submitter.value : null;
    if (!isScheme(value)) return;
    event.preventDefault();
    setScheme(value);
    setColorScheme(value);
    document.documentElement.dataset.scheme = value;
    document.getElementById('scheme-menu')?.hidePopover();
  };
  return (
    <div>
      <button type="button" className={styles.icon} popovertarget="scheme-menu" aria-label="Colour scheme">
        <Current size={18} stroke={1.7} aria-hidden="true" />
      </button>
      <div id="scheme-menu" popover="auto" className={styles.popover}>
        <Form method="post" action="/preferences" onSubmit={choose}>
          <input type="hidden" name="next" value={`${pathname}${search}`} />
          {SCHEMES.map((value) => {
            const Icon = ICONS[value];
            return (
              <button
                key={value}
                type="submit"
                name="scheme"
                value={value}
                className={styles.popoverItem}
                aria-pressed={value === scheme}
              >
                <Icon size={16} stroke={1.7} aria-hidden="true" /> {NAMES[value]}
              </button>
            );
          })}
        </Form>
      </div>
    </div>
  );
}
