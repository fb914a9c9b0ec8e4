import { Form, Link } from '@remix-run/react';
import { IconChevronDown, IconLogout, IconMenu2, IconUserCircle } from '@tabler/icons-react';
import type { Session } from '~/api/session.server';
import type { LiveState } from '~/live/use-live';
import { words } from '~/ui/words';
import styles from './header.module.css';
import { SchemeMenu } from './scheme-menu';

const LIVE: Record<LiveState, { label: string; title: string }> = {
  off: { label: 'Static', title: 'The page shows what was true when it was loaded' },
  live: { label: 'Live', title: 'Changes appear by themselves' },
  paused: { label: 'Paused', title: 'Goes on when this tab is looked at' },
  offline: { label: 'Offline', title: 'The console does not answer; trying again' },
};

export function Header({ session, live }: { session: Session; live: LiveState }) {
  return (
    <header className={styles.header}>
      <button type="button" className={styles.menuButton} popovertarget="navigation" aria-label="Open navigation">
        <IconMenu2 size={20} aria-hidden="true" />
      </button>
      <p className={styles.tenant}>
        {session.tenant === null ? (
          'All tenants'
        ) : (
          <>
            <span className={styles.tenantLabel}>Tenant</span> {session.tenant.name}
          </>
        )}
      </p>
      <span className={styles.live} data-state={live} title={LIVE[live].title}>
        <span className={styles.dot} aria-hidden="true" />
        {LIVE[live].label}
      </span>
      <SchemeMenu />
      <UserMenu session={session} />
    </header>
  );
}

function UserMenu({ session }: { session: Session }) {
  const { name, role } = session.principal;
  return (
    <div>
      <button type="button" className={styles.user} popovertarget="user-menu">
        <span className={styles.avatar} aria-hidden="true">
          {initials(name)}
        </span>
        <span className="spoken">Account of {name}</span>
        <IconChevronDown size={14} aria-hidden="true" />
      </button>
      <div id="user-menu" popover="auto" className={styles.popover}>
        <p className={styles.userName}>{name}</p>
        <p className="mute">{words(role)}</p>
        <Link to="/settings/account" className={styles.popoverItem}>
          <IconUserCircle size={16} aria-hidden="true" /> Your account
        </Link>
        <Form method="post" action="/logout" className={styles.popoverForm}>
          <button type="submit" className={styles.popoverItem}>
            <IconLogout size={16} aria-hidden="true" /> Sign out
          </button>
        </Form>
      </div>
    </div>
  );
}

function initials(name: string): string {
  const parts = name.split(/[\s.@]+/).filter((part) => part !== '');
  return `${parts[0]?.charAt(0) ?? '?'}${parts[1]?.charAt(0) ?? ''}`.toUpperCase();
}
