import { Button, NativeSelect, TextInput } from '@mantine/core';
import { Form, Link, useLocation, useNavigate, useNavigation, useSearchParams } from '@remix-run/react';
import { IconSearch } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useRef } from 'react';
import { fieldValue } from '~/graph/moment';
import styles from './filters.module.css';

export interface Choice {
  value: string;
  label: string;
}

interface FilterBarProps {
  children: ReactNode;
  /** Parameters of the query that are no filter. */
  keep?: string[];
}

/** A GET form: works without scripts; with them, a choice applies at once and empty fields stay out of the address. */
export function FilterBar({ children, keep = [] }: FilterBarProps) {
  const [query] = useSearchParams();
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const busy = useNavigation().state === 'loading';
  const form = useRef<HTMLFormElement>(null);
  const filtered = [...query.keys()].some((key) => key !== 'cursor' && key !== 'sort' && !keep.includes(key));

  const apply = (event: FormEvent) => {
    event.preventDefault();
    if (form.current === null) return;
    const next = new URLSearchParams();
    for (const [key, value] of new FormData(form.current)) {
      if (typeof value === 'string' && value.trim() !== '') next.set(key, value.trim());
    }
    navigate(next.size === 0 ? pathname : `${pathname}?${next}`);
  };
  const applySelect = (event: FormEvent<HTMLFormElement>) => {
    if (event.target instanceof HTMLSelectElement) apply(event);
  };
  return (
    <Form
      method="get"
      ref={form}
      role="search"
      aria-label="Filter"
      className={styles.bar}
      onSubmit={apply}
      onChange={applySelect}
      key={search}
    >
      <label className={styles.toggle}>
        <input type="checkbox" defaultChecked={filtered} /> Filters
      </label>
      {children}
      {keep.map((key) => (
        <input key={key} type="hidden" name={key} value={query.get(key) ?? ''} />
      ))}
      <div className={styles.buttons}>
        <Button type="submit" variant="default" loading={busy}>
          Apply
        </Button>
        {filtered ? <Link to={pathname}>Clear</Link> : null}
      </div>
    </Form>
  );
}

export function SearchField({ label, placeholder, name = 'q' }: { label: string; placeholder: string; name?: string }) {
  const [query] = useSearchParams();
  return (
    <TextInput
      className={styles.search}
      label={label}
      name={name}
      type="search"
      maxLength={100}
      placeholder={placeholder}
      defaultValue={query.get(name) ?? ''}
      leftSection={<IconSearch size={15} aria-hidden="true" />}
    />
  );
}

export function TextFilter({ label, name, placeholder }: { label: string; name: string; placeholder?: string }) {
  const [query] = useSearchParams();
  return (
    <TextInput
      className={styles.field}
      label={label}
      name={name}
      maxLength={200}
      placeholder={placeholder}
      defaultValue={query.get(name) ?? ''}
    />
  );
}

/** The moment that a list is of; null: now. */
export function MomentFilter({ moment }: { moment: string | null }) {
  return (
    <TextInput
      className={`${styles.field} ${styles.moment}`}
      type="datetime-local"
      label="As it was on (UTC)"
      name="asOf"
      defaultValue={fieldValue(moment)}
    />
  );
}

interface SelectFilterProps {
  /** Only where tables are cards, and so have no headings to sort by. */
  narrowOnly?: boolean;
  label: string;
  name: string;
  choices: Choice[];
  /** What no choice means. */
  all?: string;
  fallback?: string;
}

export function SelectFilter({ label, name, choices, all, fallback = '', narrowOnly = false }: SelectFilterProps) {
  const [query] = useSearchParams();
  const data = all === undefined ? choices : [{ value: '', label: all }, ...choices];
  return (
    <NativeSelect
      className={narrowOnly ? `${styles.field} ${styles.narrowOnly}` : styles.field}
      label={label}
      name={name}
      data={data}
      defaultValue={query.get(name) ?? fallback}
    />
  );
}
