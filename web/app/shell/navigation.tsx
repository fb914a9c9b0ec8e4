import { Link, NavLink } from '@remix-run/react';
import {
  IconActivity,
  IconAlertOctagon,
  IconApps,
  IconAppWindow,
  IconBuilding,
  IconDatabaseImport,
  IconEyeCheck,
  IconKey,
  IconLayoutDashboard,
  IconMailX,
  IconPlugConnected,
  IconRadar2,
  IconRoute,
  IconSend,
  IconSettings,
  IconShieldCheck,
  IconStack2,
  IconTool,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react';
import type { Session } from '~/api/session.server';
import { useBasket } from '~/graph/basket';
import { graphPages } from '~/graph/pages';
import { Mark } from '~/ui/mark';
import { number } from '~/ui/words';
import styles from './navigation.module.css';

interface Group {
  label: string;
  items: readonly { to: string; label: string; icon: typeof IconApps }[];
}

const GROUPS: readonly Group[] = [
  {
    label: 'Posture',
    items: [
      { to: '/', label: 'Dashboard', icon: IconLayoutDashboard },
      { to: '/issues', label: 'Issues', icon: IconAlertOctagon },
      { to: '/identities', label: 'Identities', icon: IconUsers },
      { to: '/detections', label: 'Detections', icon: IconRadar2 },
      { to: '/remediations', label: 'Remediations', icon: IconTool },
      { to: '/graph', label: 'Attack paths', icon: IconRoute },
      { to: '/discovery', label: 'Discovery', icon: IconAppWindow },
    ],
  },
  {
    label: 'Inventory',
    items: [
      { to: '/inventory/groups', label: 'Groups', icon: IconUsersGroup },
      { to: '/inventory/apps', label: 'Apps', icon: IconApps },
      { to: '/inventory/roles', label: 'Roles', icon: IconShieldCheck },
      { to: '/inventory/credentials', label: 'Credentials', icon: IconKey },
      { to: '/inventory/resources', label: 'Resources', icon: IconStack2 },
    ],
  },
  {
    label: 'Data',
    items: [
      { to: '/sources', label: 'Sources', icon: IconDatabaseImport },
      { to: '/events', label: 'Events', icon: IconActivity },
      { to: '/coverage', label: 'Coverage', icon: IconEyeCheck },
      { to: '/dead-letters', label: 'Dead letters', icon: IconMailX },
    ],
  },
  {
    label: 'Outbound',
    items: [
      { to: '/integrations', label: 'Integrations', icon: IconPlugConnected },
      { to: '/deliveries', label: 'Deliveries', icon: IconSend },
    ],
  },
  { label: 'Tenant', items: [{ to: '/settings', label: 'Settings', icon: IconSettings }] },
];

const OPERATOR: readonly Group[] = [
  { label: 'Deployment', items: [{ to: '/operate', label: 'Tenants', icon: IconBuilding }] },
];

/** Pages that tell of every source at once. */
const OF_ALL_SOURCES: ReadonlySet<string> = new Set(['/graph', '/dead-letters', '/deliveries']);

/** The pages that somebody can open: an operator's, or a tenant's without those that are closed to them. */
export function pagesFor({ tenant, principal }: Session): readonly Group[] {
  if (tenant === null) return OPERATOR;
  if (principal.sourceIds === null) return GROUPS;
  return GROUPS.map(({ label, items }) => ({ label, items: items.filter(({ to }) => !OF_ALL_SOURCES.has(to)) }));
}

/** Stands at the left; on narrow screens a popover, which opens and closes without scripts. */
export function Navigation({ openIssues, pages }: { openIssues: number | null; pages: readonly Group[] }) {
  return (
    <nav id="navigation" className={styles.nav} aria-label="Main" popover="auto">
      <Link to="/" className={styles.brand}>
        <Mark size={26} />
        <span>Postern</span>
      </Link>
      {pages.map((group) => (
        <div key={group.label}>
          <p className={styles.group} id={`nav-${group.label}`}>
            {group.label}
          </p>
          <ul aria-labelledby={`nav-${group.label}`}>
            {group.items.map(({ to, label, icon: Icon }) => (
              <li key={to}>
                <NavLink to={to} end={to === '/' || to === '/graph'} className={styles.item} prefetch="intent">
                  <Icon size={17} stroke={1.7} aria-hidden="true" />
                  {label}
                  {to === '/issues' && openIssues !== null && openIssues > 0 ? (
                    <span className={styles.count}>
                      {number(openIssues)}
                      <span className="spoken"> open</span>
                    </span>
                  ) : null}
                </NavLink>
                {to === '/graph' ? <GraphItems /> : null}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

/** The other questions to the graph, under the first. */
function GraphItems() {
  const [, ...others] = graphPages(useBasket().length);
  return (
    <ul className={styles.under}>
      {others.map(({ to, label }) => (
        <li key={to}>
          <NavLink to={to} className={styles.item} prefetch="intent">
            {label}
          </NavLink>
        </li>
      ))}
    </ul>
  );
}
