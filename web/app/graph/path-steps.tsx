import type { EdgeFact, PathStep } from '~/api/graph.server';
import { Ago } from '~/ui/time';
import { BasketButton } from './basket-button';
import styles from './graph.module.css';
import { isRemovable, verbOf } from './kinds';
import { MadeBy, NodeLink } from './node-link';

/** A step of a path with what is known of the edge that leads on from it. */
export interface ToldStep extends PathStep {
  fact: Pick<EdgeFact, 'since' | 'by'> | null;
}

interface PathStepsProps {
  steps: ToldStep[];
  label: string;
  /** The moment that is looked at; null: now, and then edges can be asked about. */
  asOf: string | null;
}

/** A path as a list: each edge with its meaning, since when and by what evidence it is there, and what to do about it. */
export function PathSteps({ steps, label, asOf }: PathStepsProps) {
  return (
    <ol className={styles.steps} aria-label={label}>
      {steps.map((step, place) => {
        const next = steps[place + 1];
        return (
          <li key={step.node.id} data-last={next === undefined}>
            <strong>
              <NodeLink node={step.node} asOf={asOf} />
            </strong>
            {step.edge === null || next === undefined ? null : (
              <Edge step={step} edge={step.edge} to={next.node} asOf={asOf} />
            )}
          </li>
        );
      })}
    </ol>
  );
}

function Edge({
  step,
  edge,
  to,
  asOf,
}: {
  step: ToldStep;
  edge: string;
  to: PathStep['node'];
  asOf: PathStepsProps['asOf'];
}) {
  return (
    <>
      <div className={styles.edgeLine}>
        <span>{verbOf(edge)}</span>
        {step.fact === null ? null : (
          <span className="mute">
            since <Ago at={step.fact.since} />, by <MadeBy by={step.fact.by} />
          </span>
        )}
        {asOf === null && step.fact !== null && isRemovable(edge) ? (
          <BasketButton
            removal={{ kind: 'edge', from: step.node.id, edgeKind: edge, to: to.id }}
            about={`${step.node.name} ${verbOf(edge)} ${to.name}`}
          />
        ) : null}
      </div>
      {step.explanation === null ? null : <p className={styles.edgeText}>{step.explanation}</p>}
      {step.remediation === null ? null : (
        <p className={styles.edgeText}>
          <strong>What to do:</strong> {step.remediation}
        </p>
      )}
    </>
  );
}
