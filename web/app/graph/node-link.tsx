import { Link } from '@remix-run/react';
import type { NodeRef, Provenance } from '~/api/nodes.server';
import { None } from '~/ui/none';
import styles from './graph.module.css';
import { kindName, nodePath } from './kinds';
import { atMoment } from './moment';
import { NODE_ICONS } from './node-icons';

/** A glyph for the kind, with its name for who does not see it. */
export function NodeIcon({ kind, size = 16 }: { kind: string; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" className={styles.glyph} aria-hidden="true" focusable="false">
      <path d={NODE_ICONS[kind] ?? NODE_ICONS.resource} />
    </svg>
  );
}

/** A node by its name, to the page of it. */
export function NodeLink({ node, asOf }: { node: NodeRef; asOf?: string | null | undefined }) {
  return (
    <span className={styles.nodeLink}>
      <NodeIcon kind={node.kind} />
      <span className="spoken">{kindName(node.kind)} </span>
      <Link to={atMoment(nodePath(node), asOf)} className="break">
        {node.name}
      </Link>
    </span>
  );
}

interface FormerRef {
  id: string;
  kind: string | null;
  name: string | null;
}

/** A node that may be gone: `asOf` is a moment when it was there. One that was never read has no page. */
export function FormerNode({ node, asOf }: { node: FormerRef; asOf?: string | null }) {
  const { id, kind, name } = node;
  if (kind === null || name === null) return <span className="mono break">{id}</span>;
  return <NodeLink node={{ id, kind, name }} asOf={asOf} />;
}

/** The evidence of an edge or a change: the event that made it, or the sync that found it. */
export function MadeBy({ by }: { by: Provenance | null }) {
  if (by === null) return <None />;
  if (by.kind === 'event') return <Link to={`/events/${by.id}`}>an event</Link>;
  return <span title={by.id}>a sync</span>;
}
