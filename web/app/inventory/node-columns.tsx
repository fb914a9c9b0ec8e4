import { Link } from '@remix-run/react';
import type { GraphNode } from '~/api/nodes.server';
import { nodePath } from '~/graph/kinds';
import { atMoment } from '~/graph/moment';
import type { Column } from '~/ui/data-table';
import { None } from '~/ui/none';
import { Label, StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { number, readable, words } from '~/ui/words';
import { moment, text } from './attributes';
import { CriticalityCell } from './criticality-tag';

type Columns = Column<GraphNode>[];

function nameColumn(asOf: string | null): Column<GraphNode> {
  return {
    key: 'name',
    header: 'Name',
    sort: 'name',
    narrow: 'title',
    cell: (node) => (
      <Link to={atMoment(nodePath(node), asOf)} prefetch="intent" className="break">
        {node.name}
      </Link>
    ),
  };
}

function attribute(key: string, header: string, shown: (value: string) => string = words): Column<GraphNode> {
  return {
    key,
    header,
    narrow: 'bare',
    cell: ({ attributes }) => {
      const value = text(attributes[key]);
      return value === null ? <None /> : <Label>{shown(value)}</Label>;
    },
  };
}

function time(key: string, header: string): Column<GraphNode> {
  return {
    key,
    header,
    align: 'right',
    cell: ({ attributes }) => {
      const at = moment(attributes[key]);
      return at === null ? <None /> : <Ago at={at} />;
    },
  };
}

const STATUS: Column<GraphNode> = {
  key: 'status',
  header: 'Status',
  narrow: 'bare',
  width: '8rem',
  cell: ({ attributes }) => {
    const status = text(attributes.status);
    return status === null ? <None /> : <StatusTag status={status} />;
  },
};

const CRITICALITY: Column<GraphNode> = {
  key: 'criticality',
  header: 'Criticality',
  sort: 'criticality',
  narrow: 'bare',
  cell: ({ criticality }) => <CriticalityCell criticality={criticality} />,
};

const MEMBERS: Column<GraphNode> = {
  key: 'members',
  header: 'Members',
  align: 'right',
  cell: ({ attributes: { usersCount } }) => (typeof usersCount === 'number' ? number(usersCount) : <None />),
};

const BY_LIST: Record<string, Columns> = {
  groups: [CRITICALITY, attribute('type', 'Type'), MEMBERS],
  apps: [CRITICALITY, STATUS, attribute('signOnMode', 'Sign-on')],
  roles: [CRITICALITY, attribute('type', 'Type', readable)],
  credentials: [attribute('type', 'Type'), STATUS, time('lastUsedAt', 'Last used'), time('expiresAt', 'Expires')],
  resources: [attribute('type', 'Type'), STATUS],
};

/** What a list tells of its rows. `sources`: their names, by id; `asOf`: the moment that is looked at, null: now. */
export function columnsOf(slug: string, sources: Map<string, string>, asOf: string | null): Columns {
  return [
    nameColumn(asOf),
    ...(BY_LIST[slug] ?? []),
    { key: 'source', header: 'Source', cell: (node) => sources.get(node.source) ?? node.source },
    {
      key: 'since',
      header: 'First seen',
      align: 'right',
      width: '7rem',
      cell: (node) => (node.since === null ? <None /> : <Ago at={node.since} />),
    },
  ];
}
