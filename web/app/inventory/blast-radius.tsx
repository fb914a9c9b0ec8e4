import type { BlastRadius } from '~/api/graph.server';
import { kindName } from '~/graph/kinds';
import { NodeLink } from '~/graph/node-link';
import { type Column, DataTable } from '~/ui/data-table';
import { Disclosure } from '~/ui/forms';
import { None } from '~/ui/none';
import { Panel } from '~/ui/page';
import { number, plural, words } from '~/ui/words';
import { LevelTag } from './criticality-tag';
import styles from './inventory.module.css';

type Kind = BlastRadius['kinds'][number] & { id: string };

/** What somebody who takes the node over gets: counts by kind and criticality, and the first of each by name. */
export function BlastRadiusPanel({ radius, asOf }: { radius: BlastRadius; asOf: string | null }) {
  const all = radius.kinds.reduce((sum, { count }) => sum + count, 0);
  const levels = [...new Set(radius.kinds.flatMap(({ byCriticality }) => Object.keys(byCriticality)))];
  const columns: Column<Kind>[] = [
    { key: 'kind', header: 'Kind', narrow: 'title', cell: ({ kind, count }) => words(kindName(kind, count)) },
    { key: 'count', header: 'All', align: 'right', cell: ({ count }) => number(count) },
    ...levels.map(
      (level): Column<Kind> => ({
        key: level,
        header: words(level),
        align: 'right',
        cell: ({ byCriticality }) => (byCriticality[level] ? number(byCriticality[level]) : <None />),
      }),
    ),
  ];
  return (
    <Panel
      title="What it can reach"
      hint="What somebody who takes it over gets, by kind and by how much it matters."
      flush={all > 0}
    >
      {all === 0 ? (
        <p className="mute">It leads to nothing.</p>
      ) : (
        <>
          <DataTable
            caption="What it can reach"
            rows={radius.kinds.map((kind) => ({ ...kind, id: kind.kind }))}
            columns={columns}
          />
          <div className={styles.radius}>
            {radius.kinds.map((kind) => (
              <Disclosure
                key={kind.kind}
                label={plural(kind.count, kindName(kind.kind), kindName(kind.kind, 2))}
                tone="plain"
              >
                <ul className={styles.reached}>
                  {kind.first.map((one) => (
                    <li key={one.id}>
                      <NodeLink node={{ ...one, kind: kind.kind }} asOf={asOf} />
                      {one.criticality === 'ordinary' ? null : <LevelTag level={one.criticality} />}
                    </li>
                  ))}
                </ul>
                {kind.count > kind.first.length ? (
                  <p className="mute">and {number(kind.count - kind.first.length)} more</p>
                ) : null}
              </Disclosure>
            ))}
          </div>
        </>
      )}
    </Panel>
  );
}
