import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { askUnknownPowers } from '~/api/edges.server';
import { listDetections } from '~/api/issues.server';
import { type Coverage, listCoverage } from '~/api/nodes.server';
import { listSources } from '~/api/sources.server';
import { type Column, DataTable } from '~/ui/data-table';
import { None } from '~/ui/none';
import { Notice } from '~/ui/notice';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { Ago, Until } from '~/ui/time';
import { number, plural } from '~/ui/words';
import styles from './inventory.module.css';

export const meta: MetaFunction = () => [{ title: 'Coverage · Postern' }];

interface Row extends Coverage {
  id: string;
  blocks: { id: string; title: string }[];
}

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const [coverage, sources, detections, powers] = await Promise.all([
    listCoverage(api),
    listSources(api),
    listDetections(api),
    // who sees only some of the sources is not told of all their assignments
    askUnknownPowers(api, null),
  ]);
  const rowOf = (row: Coverage): Row => ({
    ...row,
    id: `${row.source} ${row.need}`,
    blocks: detections.filter(({ needs }) => needs.includes(row.need)).map(({ id, title }) => ({ id, title })),
  });
  return {
    unknownPowers: powers.ok ? powers.value.data.length : 0,
    sources: sources.map(({ id, name }) => ({
      id,
      name,
      rows: coverage
        .filter(({ source }) => source === id)
        .map(rowOf)
        .sort(byNeed),
    })),
  };
}

/** What is missing first. */
function byNeed(a: Row, b: Row): number {
  return Number(a.reason === null) - Number(b.reason === null) || a.name.localeCompare(b.name, 'en');
}

export default function CoveragePage() {
  const { sources, unknownPowers } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader
        title="Coverage"
        lead="What could be read of each source, and what to grant where it could not. A check that needs what is missing says unknown, which is never a pass."
      />
      {sources.length === 0 ? (
        <Panel>
          <Empty title="No sources" action={<Link to="/sources">Connect one</Link>}>
            Coverage is told for each source.
          </Empty>
        </Panel>
      ) : (
        <div className="stack">
          {unknownPowers === 0 ? null : (
            <Notice tone="warn">
              It is not known what {plural(unknownPowers, 'role assignment gives', 'role assignments give')}.{' '}
              <Link to="/graph/unknown-powers">Which, and what to do</Link>
            </Notice>
          )}
          {sources.map(({ id, name, rows }) => {
            const missing = rows.filter(({ reason }) => reason !== null).length;
            return (
              <Panel
                key={id}
                title={name}
                hint={
                  rows.length === 0
                    ? undefined
                    : missing === 0
                      ? 'Everything that Postern reads is there.'
                      : `${plural(missing, 'part')} of ${rows.length} unknown.`
                }
                action={<Link to={`/sources/${id}`}>Source</Link>}
                flush={rows.length > 0}
              >
                {rows.length === 0 ? (
                  <p className="mute">Nothing was read yet: the first sync tells what can be.</p>
                ) : (
                  <DataTable caption={`Coverage of ${name}`} rows={rows} columns={COLUMNS} />
                )}
              </Panel>
            );
          })}
        </div>
      )}
    </>
  );
}

const COLUMNS: Column<Row>[] = [
  {
    key: 'need',
    header: 'Capability',
    narrow: 'title',
    cell: ({ name }) => <strong>{name}</strong>,
  },
  {
    key: 'state',
    header: 'State',
    narrow: 'bare',
    width: '8rem',
    cell: ({ reason }) => (reason === null ? <StatusTag status="complete" /> : <StatusTag status="unknown" />),
  },
  {
    key: 'reason',
    header: 'Why, and what to grant',
    cell: ({ grants, reason, note, progress }) => {
      if (reason === null && note === null && progress === null) return <None />;
      return (
        <div className={styles.blocks}>
          {reason === null ? null : <span>{reason}</span>}
          {progress === null || reason !== null ? null : (
            <span>
              {number(progress.known)} of about {number(progress.total)} read, all of them{' '}
              <Until at={progress.readyAt} />.
            </span>
          )}
          {note === null ? null : <span className="mute">{note}</span>}
          {(reason === null || progress !== null ? [] : grants).map(({ scope, role }) => (
            <span key={scope} className="mute">
              Grant <span className={`mono ${styles.scope}`}>{scope}</span> to the service app, or use the API token of
              a {role}.
            </span>
          ))}
        </div>
      );
    },
  },
  {
    key: 'blocks',
    header: 'Checks that need it',
    cell: ({ blocks }) =>
      blocks.length === 0 ? (
        <span className="mute">None</span>
      ) : (
        <details>
          <summary>{plural(blocks.length, 'check')}</summary>
          <ul className={styles.blocks}>
            {blocks.map(({ id, title }) => (
              <li key={id}>
                <Link to={`/detections#${id}`}>{title}</Link>
              </li>
            ))}
          </ul>
        </details>
      ),
  },
  {
    key: 'at',
    header: 'Since',
    align: 'right',
    width: '7rem',
    cell: ({ at }) => (at === null ? '–' : <Ago at={at} />),
  },
];
