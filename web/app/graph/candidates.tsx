import { Link, useSearchParams } from '@remix-run/react';
import { Notice, Refused } from '~/ui/notice';
import { Panel } from '~/ui/page';
import type { End } from './ends.server';
import styles from './graph.module.css';
import { kindName } from './kinds';

/** Which of several nodes of that name is meant. */
export function Candidates({ end, field, label }: { end: End; field: string; label: string }) {
  const [query] = useSearchParams();
  if (end.text === '' || end.node !== null) return null;
  if (end.problem !== null) return <Refused problem={end.problem} />;
  if (end.candidates.length === 0) {
    return <Notice tone="warn">Nothing in the graph is called “{end.text}”.</Notice>;
  }
  const choosing = (id: string) => {
    const next = new URLSearchParams(query);
    next.set(field, id);
    return `?${next}`;
  };
  return (
    <Panel title={`${label}: which one?`}>
      <ul className={styles.candidates}>
        {end.candidates.map((node) => (
          <li key={node.id}>
            <Link to={choosing(node.id)}>{node.name}</Link> <span className="mute">{kindName(node.kind)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
