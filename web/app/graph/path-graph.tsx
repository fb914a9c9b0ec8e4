import { words } from '~/ui/words';
import { kindName } from './kinds';
import { NODE_ICONS } from './node-icons';
import styles from './path-graph.module.css';

export interface Step {
  node: { id: string; kind: string; name: string };
  edge: string | null;
}

const BOX = { width: 188, height: 62 } as const;
const GAP = { across: 92, down: 40 } as const;
const LINE_LENGTH = 19;

/** A path through the graph, drawn by the server: along the page where there is room, down it where there is not. */
export function PathGraph({ steps, label, goal = 'Tier zero' }: { steps: Step[]; label: string; goal?: string }) {
  return (
    <figure className={styles.figure} aria-label={label}>
      <div className={styles.across}>
        <Drawing steps={steps} direction="across" goal={goal} />
      </div>
      <div className={styles.down}>
        <Drawing steps={steps} direction="down" goal={goal} />
      </div>
      <figcaption className="spoken">
        <ol>
          {steps.map((step) => (
            <li key={step.node.id}>
              {words(step.node.kind)} {step.node.name}
              {step.edge === null ? '' : ` ${words(step.edge).toLowerCase()}`}
            </li>
          ))}
        </ol>
      </figcaption>
    </figure>
  );
}

function Drawing({ steps, direction, goal }: { steps: Step[]; direction: 'across' | 'down'; goal: string }) {
  const across = direction === 'across';
  const stride = across ? BOX.width + GAP.across : BOX.height + GAP.down;
  const length = steps.length * stride - (across ? GAP.across : GAP.down);
  const width = (across ? length : BOX.width) + 4;
  const height = (across ? BOX.height : length) + 4;
  return (
    <svg
      viewBox={`-2 -2 ${width} ${height}`}
      style={{ maxWidth: across ? width : 250 }}
      aria-hidden="true"
      focusable="false"
    >
      {steps.map((step, index) => (
        <g key={step.node.id} transform={across ? `translate(${index * stride} 0)` : `translate(0 ${index * stride})`}>
          {step.edge === null || index === steps.length - 1 ? null : across ? (
            <EdgeAcross label={step.edge} />
          ) : (
            <EdgeDown label={step.edge} />
          )}
          <Node node={step.node} mark={index === steps.length - 1 ? goal : null} />
        </g>
      ))}
    </svg>
  );
}

function Node({ node, mark }: { node: Step['node']; mark: string | null }) {
  const lines = wrap(node.name);
  const last = mark !== null;
  return (
    <g className={styles.node} data-kind={node.kind} data-last={last}>
      <title>{node.name}</title>
      <rect width={BOX.width} height={BOX.height} rx={node.kind === 'account' ? 4 : 12} />
      <path d={NODE_ICONS[node.kind] ?? NODE_ICONS.resource} transform="translate(12 19)" className={styles.icon} />
      <text x="46" y="18" className={styles.nodeKind}>
        {(mark ?? kindName(node.kind)).toUpperCase()}
      </text>
      {lines.map((line, index) => (
        <text key={line} x="46" y={34 + index * 15} className={styles.nodeName}>
          {line}
        </text>
      ))}
    </g>
  );
}

function EdgeAcross({ label }: { label: string }) {
  const y = BOX.height / 2;
  const end = BOX.width + GAP.across;
  return (
    <g className={styles.edge}>
      <path d={`M${BOX.width + 3} ${y}H${end - 9}`} />
      <path d={`M${end - 10} ${y - 4.5}l7 4.5-7 4.5z`} className={styles.head} />
      <text x={BOX.width + GAP.across / 2 - 2} y={y - 8} textAnchor="middle">
        {words(label)}
      </text>
    </g>
  );
}

function EdgeDown({ label }: { label: string }) {
  const x = 28;
  const end = BOX.height + GAP.down;
  return (
    <g className={styles.edge}>
      <path d={`M${x} ${BOX.height + 3}V${end - 9}`} />
      <path d={`M${x - 4.5} ${end - 10}l4.5 7 4.5-7z`} className={styles.head} />
      <text x={x + 18} y={BOX.height + GAP.down / 2 + 4}>
        {words(label)}
      </text>
    </g>
  );
}

/** Two lines at most, broken at a space or a dot where there is one. */
function wrap(name: string): string[] {
  if (name.length <= LINE_LENGTH) return [name];
  const last = (marks: string[]) => Math.max(...marks.map((mark) => name.lastIndexOf(mark, LINE_LENGTH - 1)));
  const natural = last([' ', '@']);
  const at = natural > 2 ? natural : last(['-', '_', '.']);
  const cut = at > 2 ? at + (name.charAt(at) === ' ' ? 1 : 0) : LINE_LENGTH;
  const rest = name.slice(cut);
  return [name.slice(0, cut).trimEnd(), rest.length > LINE_LENGTH ? `${rest.slice(0, LINE_LENGTH - 1)}…` : rest];
}
