import { NativeSelect } from '@mantine/core';
import { Form } from '@remix-run/react';
import type { User } from '~/api/admin.server';
import { ActionButton, Submit } from '~/ui/forms';
import { words } from '~/ui/words';
import { ROLES } from './roles';
import styles from './settings.module.css';

/** Role, access and removal of one user. */
export function UserChanges({ user }: { user: User }) {
  return (
    <div className={styles.changes}>
      <Form method="post" className="row">
        <input type="hidden" name="id" value={user.id} />
        <NativeSelect
          aria-label={`Role of ${user.name}`}
          name="role"
          size="xs"
          defaultValue={user.role}
          data={ROLES.map((value) => ({ value, label: words(value) }))}
        />
        <Submit intent="role" about={user.id} size="compact-sm" variant="default">
          Set role
        </Submit>
      </Form>
      {user.role === 'issue_responder' ? (
        <ActionButton
          intent={user.extraPermissions.includes('remediate') ? 'withdraw' : 'grant'}
          about={user.id}
          size="compact-sm"
          variant="default"
        >
          {user.extraPermissions.includes('remediate') ? 'Withdraw remediation' : 'Grant remediation'}
        </ActionButton>
      ) : null}
      <ActionButton
        intent={user.disabledAt === null ? 'disable' : 'enable'}
        about={user.id}
        size="compact-sm"
        variant="default"
      >
        {user.disabledAt === null ? 'Disable' : 'Enable'}
      </ActionButton>
      <ActionButton intent="delete" about={user.id} size="compact-sm" variant="subtle" color="crimson">
        Remove
      </ActionButton>
    </div>
  );
}
