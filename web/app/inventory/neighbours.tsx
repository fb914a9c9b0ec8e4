import type { Neighbour, NodeDetail } from '~/api/nodes.server';
import { BasketButton } from '~/graph/basket-button';
import { isRemovable, verbOf } from '~/graph/kinds';
import { MadeBy, NodeLink } from '~/graph/node-link';
import { type Column, DataTable } from '~/ui/data-table';
import { None } from '~/ui/none';
import { Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { number, plural, words } from '~/ui/words';
import { text } from './attributes';

/** Neighbours that the API tells each way. */
const TOLD = 200;

/** What the neighbours over an edge are to the node in the middle. */
const TITLES: Record<string, string> = {
  'in MEMBER_OF': 'Members',
  'in ASSIGNED_TO': 'Assigned to it',
  'in HOLDS_ROLE': 'Holders',
  'in GRANTS': 'Roles with power over it',
  'in OWNER_OF': 'Owners',
  'in RULE_ASSIGNS': 'Rules that add people',
  'in POLICY_MAPPING': 'Policies',
  'in SECRET_OF': 'Secrets',
  'in KEY_OF': 'Keys',
  'in CONSENTED': 'Consents',
  'in SCOPED_TO': 'Role assignments limited to it',
  'in HAS_ROLE_ASSIGNMENT': 'Holders',
  'in RESOURCE_SET_CONTAINS': 'Resource sets that hold it',
  'out ASSIGNED_TO': 'Apps',
  'out HOLDS_ROLE': 'Admin roles',
  'out GRANTS': 'Gives power over',
  'out HAS_ROLE_ASSIGNMENT': 'Role assignments',
  'out SCOPED_TO': 'Limited to',
  'out RESOURCE_SET_CONTAINS': 'Holds',
  'out API_TOKEN_FOR': 'Acts as',
  'out APPLIES_TO': 'Applies to',
  'out POLICY_MAPPING': 'Guards',
};

interface Side {
  way: 'in' | 'out';
  kind: string;
  rows: Neighbour[];
}

/** The nodes beside this one, by what joins them. */
export function NeighbourPanels({ detail, asOf }: { detail: NodeDetail; asOf: string | null }) {
  const cut = detail.in.length >= TOLD || detail.out.length >= TOLD;
  return (
    <>
      {sidesOf(detail).map((side) => (
        <Panel
          key={`${side.way} ${side.kind}`}
          title={titleOf(side)}
          hint={cut ? `The first ${number(side.rows.length)}.` : plural(side.rows.length, 'entry', 'entries')}
          flush
        >
          <DataTable caption={titleOf(side)} rows={rowsOf(side)} columns={columnsOf(side, detail, asOf)} />
        </Panel>
      ))}
    </>
  );
}

function sidesOf(detail: NodeDetail): Side[] {
  const sides = new Map<string, Side>();
  for (const way of ['in', 'out'] as const) {
    for (const neighbour of detail[way]) {
      const key = `${way} ${neighbour.kind}`;
      const side = sides.get(key) ?? { way, kind: neighbour.kind, rows: [] };
      side.rows.push(neighbour);
      sides.set(key, side);
    }
  }
  const order = Object.keys(TITLES);
  const rank = (side: Side) => (order.indexOf(`${side.way} ${side.kind}`) + order.length) % order.length;
  return [...sides.values()].sort((a, b) => rank(a) - rank(b));
}

function titleOf({ way, kind }: Side): string {
  return TITLES[`${way} ${kind}`] ?? (way === 'out' ? words(verbOf(kind)) : `${words(kind)}, from`);
}

type Row = Neighbour & { id: string };

function rowsOf({ rows }: Side): Row[] {
  return rows
    .map((neighbour) => ({ ...neighbour, id: neighbour.node.id }))
    .sort((a, b) => a.node.name.localeCompare(b.node.name, 'en'));
}

function columnsOf(side: Side, detail: NodeDetail, asOf: string | null): Column<Row>[] {
  const assigned: Column<Row>[] = [
    {
      key: 'user',
      header: 'Account there',
      cell: ({ attributes }) => <span className="break">{text(attributes.userName) ?? '–'}</span>,
    },
    {
      key: 'status',
      header: 'Status',
      narrow: 'bare',
      cell: ({ attributes }) => {
        const status = text(attributes.status);
        return status === null ? <None /> : <StatusTag status={status} />;
      },
    },
  ];
  const ask: Column<Row> = {
    key: 'ask',
    header: 'What if',
    narrow: 'bare',
    width: '11rem',
    cell: ({ node, kind }) => {
      const [from, to] = side.way === 'in' ? [node, detail.node] : [detail.node, node];
      return (
        <BasketButton
          removal={{ kind: 'edge', from: from.id, edgeKind: kind, to: to.id }}
          about={`${from.name} ${verbOf(kind)} ${to.name}`}
        />
      );
    },
  };
  return [
    { key: 'node', header: 'Name', narrow: 'title', cell: ({ node }) => <NodeLink node={node} asOf={asOf} /> },
    ...(side.kind === 'ASSIGNED_TO' ? assigned : []),
    { key: 'by', header: 'Seen by', width: '7rem', cell: ({ by }) => <MadeBy by={by} /> },
    {
      key: 'since',
      header: 'Since',
      align: 'right',
      width: '7rem',
      cell: ({ since }) => (since === null ? <None /> : <Ago at={since} />),
    },
    ...(asOf === null && isRemovable(side.kind) ? [ask] : []),
  ];
}
