import { useSession } from '~/shell/session';
import { PageHeader } from '~/ui/page';
import { Tabs } from '~/ui/tabs';

export function SettingsHeader() {
  const { can, seesAll } = useSession();
  const manage = can('tenant:manage');
  return (
    <>
      <PageHeader title="Settings" />
      <Tabs
        label="Settings"
        tabs={[
          ...(manage
            ? [
                { to: '/settings/users', label: 'Users' },
                { to: '/settings/tokens', label: 'API tokens' },
              ]
            : []),
          { to: '/settings/retention', label: 'Retention' },
          { to: '/settings/remediation', label: 'Remediation' },
          ...(seesAll ? [{ to: '/settings/audit', label: 'Audit log' }] : []),
          ...(can('raw:read') && seesAll ? [{ to: '/settings/archive', label: 'Archive' }] : []),
          { to: '/settings/account', label: 'Your account' },
        ]}
      />
    </>
  );
}
