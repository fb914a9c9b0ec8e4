import { Link } from '@remix-run/react';
import type { Delivery } from '~/api/outbound.server';
import { useSession } from '~/shell/session';
import { type Column, DataTable } from '~/ui/data-table';
import type { Choice } from '~/ui/filters';
import { ActionButton } from '~/ui/forms';
import { StatusTag } from '~/ui/status';
import { Ago, Until } from '~/ui/time';
import { words } from '~/ui/words';

interface DeliveryTableProps {
  deliveries: Delivery[];
  integrations: Choice[];
  showIssue?: boolean;
  showTarget?: boolean;
  /** Shows the replay button; the page's action takes `intent=replay` and `id`. */
  replay?: boolean;
}

export function DeliveryTable({
  deliveries,
  integrations,
  showIssue = true,
  showTarget = true,
  replay = false,
}: DeliveryTableProps) {
  const { can } = useSession();
  const names = new Map(integrations.map(({ value, label }) => [value, label]));
  const target: Column<Delivery> = {
    key: 'to',
    header: 'To',
    cell: (delivery) => (
      <Link to={`/integrations/${delivery.integrationId}`}>
        {names.get(delivery.integrationId) ?? delivery.integrationId}
      </Link>
    ),
  };
  const columns: Column<Delivery>[] = [
    {
      key: 'status',
      header: 'Status',
      narrow: 'bare',
      width: '7rem',
      cell: (delivery) => <StatusTag status={delivery.status} />,
    },
    ...(showTarget ? [target] : []),
    {
      key: 'what',
      header: 'What',
      cell: (delivery) =>
        showIssue && delivery.issueId !== null ? (
          <Link to={`/issues/${delivery.issueId}`}>{words(delivery.change ?? 'issue')}</Link>
        ) : (
          words(delivery.change ?? 'test')
        ),
    },
    { key: 'attempts', header: 'Attempts', align: 'right', width: '5rem', cell: (delivery) => delivery.attempts },
    { key: 'answer', header: 'Answer', narrow: 'bare', cell: (delivery) => <Answer delivery={delivery} /> },
    {
      key: 'created',
      header: 'Made',
      align: 'right',
      width: '7rem',
      cell: (delivery) => <Ago at={delivery.createdAt} />,
    },
  ];
  if (replay && can('sources:manage')) {
    columns.push({
      key: 'replay',
      header: <span className="spoken">Actions</span>,
      align: 'right',
      narrow: 'bare',
      width: '6rem',
      cell: (delivery) =>
        delivery.status === 'pending' ? null : (
          <ActionButton intent="replay" about={delivery.id} size="compact-xs" variant="default">
            Replay
          </ActionButton>
        ),
    });
  }
  return <DataTable caption="Deliveries" rows={deliveries} columns={columns} />;
}

function Answer({ delivery }: { delivery: Delivery }) {
  return (
    <span className="break">
      {delivery.responseStatus === null ? '' : `HTTP ${delivery.responseStatus} `}
      {delivery.error === null ? '' : <span className="mute">{delivery.error}</span>}
      {delivery.status === 'pending' && delivery.nextAttemptAt !== null ? (
        <span className="mute">
          {' '}
          next <Until at={delivery.nextAttemptAt} />
        </span>
      ) : null}
    </span>
  );
}
