import type { Exclusion, GraphNode } from '~/api/nodes.server';
import { NodeLink } from '~/graph/node-link';
import { type Column, DataTable } from '~/ui/data-table';
import { None } from '~/ui/none';
import { Panel } from '~/ui/page';
import { Label, StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { plural, words } from '~/ui/words';
import { moment, text } from './attributes';
import styles from './inventory.module.css';

/** What a resource set leaves out of what it names. */
export function Exclusions({ exclusions, asOf }: { exclusions: Exclusion[]; asOf: string | null }) {
  if (exclusions.length === 0) return null;
  const count = exclusions.reduce((sum, { excluded }) => sum + excluded.length, 0);
  return (
    <Panel
      title="Left out"
      hint={`${plural(count, 'exclusion')}: whoever has a role over this set has none over these.`}
      flush
    >
      <DataTable
        caption="Left out"
        rows={exclusions.map((one) => ({ ...one, id: one.row.orn }))}
        columns={[
          { key: 'row', header: 'Of', narrow: 'title', cell: ({ row }) => <span className="break">{row.text}</span> },
          {
            key: 'excluded',
            header: 'Left out',
            cell: ({ excluded }) => (
              <ul className={styles.blocks}>
                {excluded.map(({ orn, text: told, node }) => (
                  <li key={orn}>
                    {node === null ? <span className="break">{told}</span> : <NodeLink node={node} asOf={asOf} />}
                  </li>
                ))}
              </ul>
            ),
          },
        ]}
      />
    </Panel>
  );
}

const TIME = (key: string, header: string): Column<GraphNode> => ({
  key,
  header,
  align: 'right',
  width: '7rem',
  cell: ({ attributes }) => {
    const at = moment(attributes[key]);
    return at === null ? <None /> : <Ago at={at} />;
  },
});

/** Secrets and keys of an app that are switched off: nobody signs in with them, until somebody switches them on. */
export function SwitchedOff({ page, asOf }: { page: { data: GraphNode[]; next: string | null }; asOf: string | null }) {
  if (page.data.length === 0) return null;
  return (
    <Panel
      title="Switched-off credentials"
      hint={`${page.next === null ? '' : 'The first of them. '}Nobody signs in with them while they are off. Those that are not needed any more are better deleted.`}
      flush
    >
      <DataTable
        caption="Switched-off credentials"
        rows={page.data}
        columns={[
          { key: 'name', header: 'Name', narrow: 'title', cell: (node) => <NodeLink node={node} asOf={asOf} /> },
          {
            key: 'type',
            header: 'Type',
            narrow: 'bare',
            cell: ({ attributes }) => {
              const type = text(attributes.type);
              return type === null ? <None /> : <Label>{words(type)}</Label>;
            },
          },
          {
            key: 'status',
            header: 'Status',
            narrow: 'bare',
            width: '8rem',
            cell: ({ attributes }) => <StatusTag status={text(attributes.status) ?? 'INACTIVE'} />,
          },
          TIME('created', 'Made'),
          TIME('lastUpdated', 'Last changed'),
          TIME('expiresAt', 'Expires'),
        ]}
      />
    </Panel>
  );
}
