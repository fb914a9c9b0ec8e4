import type { Source, SourceHealth } from '~/api/sources.server';
import { type Column, DataTable } from '~/ui/data-table';
import { None } from '~/ui/none';
import { Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { duration, number, plural, words } from '~/ui/words';

export interface SourceState {
  source: Source;
  /** Null where it could not be read. */
  health: SourceHealth | null;
}

/** Whether what a tenant's sources send is worked off; nothing of what it says. `more`: sources that are not shown. */
export function TenantSources({ states, more }: { states: SourceState[] | null; more: number }) {
  return (
    <Panel
      title="Sources"
      hint="Whether they are read and their events worked off. What the events say is for the tenant’s own people."
      flush={states !== null && states.length > 0}
    >
      {states === null ? (
        <p className="mute">The sources could not be read just now. Reload in a moment.</p>
      ) : states.length === 0 ? (
        <p className="mute">None is connected. The tenant’s super admin connects the first one.</p>
      ) : (
        <DataTable
          caption="Sources"
          rows={states.map((state) => ({ ...state, id: state.source.id }))}
          columns={COLUMNS}
        />
      )}
      {more > 0 ? <p className="mute">and {plural(more, 'more source')}</p> : null}
    </Panel>
  );
}

const COLUMNS: Column<SourceState & { id: string }>[] = [
  { key: 'name', header: 'Name', narrow: 'title', cell: ({ source }) => <strong>{source.name}</strong> },
  { key: 'status', header: 'Status', narrow: 'bare', cell: ({ source }) => <StatusTag status={source.status} /> },
  { key: 'mode', header: 'Mode', cell: ({ source }) => words(source.mode) },
  {
    key: 'sync',
    header: 'Last sync',
    cell: ({ health }) =>
      health?.lastSync ? (
        <span className="row">
          <StatusTag status={health.lastSync.status} />
          <Ago at={health.lastSync.endedAt ?? health.lastSync.startedAt} />
        </span>
      ) : (
        <None />
      ),
  },
  { key: 'event', header: 'Last event', cell: ({ health }) => <Ago at={health?.tail?.lastEventAt ?? null} /> },
  {
    key: 'lag',
    header: 'Lag',
    align: 'right',
    cell: ({ health }) => (health === null || health.lagSeconds === null ? <None /> : duration(health.lagSeconds)),
  },
  {
    key: 'pending',
    header: 'Pending',
    align: 'right',
    cell: ({ health }) => (health === null ? <None /> : number(health.pending)),
  },
  {
    key: 'dead',
    header: 'Dead letters so far',
    align: 'right',
    cell: ({ health }) => (health === null ? <None /> : number(health.dead)),
  },
];
