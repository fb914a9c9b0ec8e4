import type { NodeDetail, NodeRef } from '~/api/nodes.server';
import { kindName } from '~/graph/kinds';
import { NodeLink } from '~/graph/node-link';
import { plural } from '~/ui/words';
import styles from './inventory.module.css';

/** What a role assignment is limited to, in words. */
export function AssignmentScope({ detail, asOf }: { detail: NodeDetail; asOf: string | null }) {
  const targets = detail.out.filter(({ kind }) => kind === 'SCOPED_TO').map(({ node }) => node);
  if (targets.length === 0) return <>{wholeText(detail.node.attributes.scoped)}</>;
  return (
    <span className={styles.blocks}>
      {byKind(targets).map(([kind, nodes]) => (
        <span key={kind} className={styles.targets}>
          Only {plural(nodes.length, kindName(kind), kindName(kind, 2))}:
          {nodes.slice(0, SHOWN).map((node) => (
            <NodeLink key={node.id} node={node} asOf={asOf} />
          ))}
          {nodes.length > SHOWN ? <span className="mute">and more, listed below</span> : null}
        </span>
      ))}
    </span>
  );
}

const SHOWN = 5;

/** Without targets an assignment is about everything, if it is known that it has none. */
function wholeText(scoped: unknown): string {
  if (scoped === false) return 'The whole org';
  return scoped === true ? 'Limited, but its targets could not be read' : 'Not known yet whether it is limited';
}

function byKind(nodes: NodeRef[]): [kind: string, nodes: NodeRef[]][] {
  const kinds = [...new Set(nodes.map(({ kind }) => kind))].sort();
  return kinds.map((kind) => [kind, nodes.filter((node) => node.kind === kind)]);
}
