import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import styles from './page.module.css';

interface PageHeaderProps {
  title: ReactNode;
  /** Where this page hangs: shown above the title. */
  parent?: { to: string; label: string };
  lead?: ReactNode;
  /** Tags beside the title. */
  marks?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, parent, lead, marks, actions }: PageHeaderProps) {
  return (
    <header className={styles.header}>
      <div className={styles.headline}>
        {parent === undefined ? null : (
          <nav aria-label="Breadcrumb" className={styles.parent}>
            <Link to={parent.to}>{parent.label}</Link>
            <span aria-hidden="true"> /</span>
          </nav>
        )}
        <div className={styles.title}>
          <h1>{title}</h1>
          {marks}
        </div>
        {lead === undefined ? null : <p className={styles.lead}>{lead}</p>}
      </div>
      {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
    </header>
  );
}

interface PanelProps {
  title?: ReactNode;
  hint?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
  /** For tables and lists that bring their own padding. */
  flush?: boolean;
  id?: string;
  tone?: 'danger';
}

export function Panel({ title, hint, action, children, flush = false, id, tone }: PanelProps) {
  return (
    <section className={styles.panel} data-flush={flush} data-tone={tone} id={id}>
      {title === undefined ? null : (
        <div className={styles.panelHead}>
          <div>
            <h2>{title}</h2>
            {hint === undefined ? null : <p className={styles.hint}>{hint}</p>}
          </div>
          {action}
        </div>
      )}
      <div className={styles.panelBody}>{children}</div>
    </section>
  );
}

/** Label and value pairs. */
export function Facts({ facts }: { facts: { label: string; value: ReactNode }[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map((fact) => (
        <div key={fact.label}>
          <dt>{fact.label}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface EmptyProps {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** What stands where a list has nothing to show: a closed gate, and what to do next. */
export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <svg width="44" height="44" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <path
          d="M4.5 27V10A5 5 0 0 1 9.5 5h13a5 5 0 0 1 5 5v17M2.5 27h27"
          fill="none"
          stroke="var(--line-strong)"
          strokeWidth="1.5"
          strokeLinecap="round"
        />
        <path d="M12 27V17.500a6 6 0 0 1 12 0V27" fill="var(--accent-soft)" stroke="var(--accent)" strokeWidth="1.5" />
        <circle cx="20.5" cy="20.5" r="1" fill="var(--accent)" />
      </svg>
      <p className={styles.emptyTitle}>{title}</p>
      {children === undefined ? null : <div className={styles.emptyText}>{children}</div>}
      {action}
    </div>
  );
}
