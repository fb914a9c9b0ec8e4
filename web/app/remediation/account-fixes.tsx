import { Fixes } from './fix';

/** What can be done to an account, by the state it is in. */
export function AccountFixes({ account }: { account: { id: string; name: string; status: string | null } }) {
  const { id, name, status } = account;
  if (status === 'DEPROVISIONED') return null;
  const suspended = status === 'SUSPENDED';
  return (
    <Fixes
      of={name}
      choices={[
        { label: 'End sessions', request: { action: 'revoke_sessions', account: id } },
        suspended
          ? { label: 'Lift suspension', request: { action: 'unsuspend', account: id } }
          : { label: 'Suspend', request: { action: 'suspend', account: id } },
        { label: 'Reset factors', request: { action: 'reset_factors', account: id } },
      ]}
    />
  );
}
