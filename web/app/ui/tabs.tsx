import { NavLink, useLocation } from '@remix-run/react';
import { useEffect, useRef } from 'react';
import styles from './tabs.module.css';

/** Pages that belong together, as links. */
export function Tabs({
  label,
  tabs,
  narrowOnly = false,
}: {
  label: string;
  tabs: { to: string; label: string }[];
  /** Only where the navigation, which shows them too, is closed. */
  narrowOnly?: boolean;
}) {
  const row = useRef<HTMLElement>(null);
  const { pathname } = useLocation();

  // biome-ignore lint/correctness/useExhaustiveDependencies: where the row is too narrow, each page shows its own tab
  useEffect(() => {
    const [nav, tab] = [row.current, row.current?.querySelector<HTMLElement>('[aria-current="page"]')];
    if (nav && tab) nav.scrollLeft = tab.offsetLeft - (nav.clientWidth - tab.offsetWidth) / 2;
  }, [pathname]);

  return (
    <nav aria-label={label} className={styles.tabs} data-narrow-only={narrowOnly} ref={row}>
      {tabs.map((tab) => (
        <NavLink key={tab.to} to={tab.to} end className={styles.tab}>
          {tab.label}
        </NavLink>
      ))}
    </nav>
  );
}
