import { Button } from '@mantine/core';
import { useSession } from '~/shell/session';
import { type FixRequest, useFix } from './fix-host';

export interface FixChoice {
  label: string;
  request: FixRequest;
}

/** A button that shows the dry run of a change in a dialog. Nothing for whom may not change anything. */
export function Fix({ label = 'Fix…', spoken, request }: { label?: string; spoken: string; request: FixRequest }) {
  const { can } = useSession();
  const open = useFix();
  if (!can('remediate')) return null;
  return (
    <Button
      size="compact-xs"
      variant="default"
      aria-label={`${label} ${spoken}`}
      aria-haspopup="dialog"
      onClick={() => open({ title: spoken, request })}
    >
      {label}
    </Button>
  );
}

/** Several changes of one thing, side by side. */
export function Fixes({ choices, of }: { choices: FixChoice[]; of: string }) {
  const { can } = useSession();
  if (!can('remediate') || choices.length === 0) return null;
  return (
    <ul className="row" aria-label={`Changes of ${of}`}>
      {choices.map((choice) => (
        <li key={choice.label}>
          <Fix label={`${choice.label}…`} spoken={of} request={choice.request} />
        </li>
      ))}
    </ul>
  );
}
