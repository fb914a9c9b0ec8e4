import { Combobox, TextInput, useCombobox } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { NodeRef } from '~/api/nodes.server';
import styles from './graph.module.css';
import { kindName } from './kinds';
import { NodeIcon } from './node-link';

/** How long typing rests before names are looked for, milliseconds. */
const REST_MS = 180;

interface NodePickerProps {
  label: string;
  /** Of the form's field: it holds the id, or the text where nothing was chosen. */
  name: string;
  placeholder: string;
  chosen: NodeRef | null;
  /** What was sent where nothing is chosen yet. */
  text?: string;
  kinds?: string[];
  /** The moment whose names are looked for; null: now. */
  asOf?: string | null;
}

/** A search box over what the graph holds. Without scripts its text is sent, and the page asks which one is meant. */
export function NodePicker({ label, name, placeholder, chosen, text: sent = '', kinds, asOf = null }: NodePickerProps) {
  const [text, setText] = useState(chosen?.name ?? sent);
  const [picked, setPicked] = useState<NodeRef | null>(chosen);
  const { found, searching } = useNames(picked === null ? text : '', kinds, asOf);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });

  const choose = (id: string) => {
    const node = found.find((one) => one.id === id);
    if (node === undefined) return;
    setPicked(node);
    setText(node.name);
    combobox.closeDropdown();
  };
  return (
    <div className={styles.picker}>
      <Combobox store={combobox} withinPortal={false} onOptionSubmit={choose}>
        <Combobox.Target withExpandedAttribute>
          <TextInput
            role="combobox"
            label={label}
            placeholder={placeholder}
            maxLength={100}
            value={text}
            name={picked === null ? name : undefined}
            leftSection={picked === null ? undefined : <NodeIcon kind={picked.kind} />}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setPicked(null);
              combobox.openDropdown();
              combobox.resetSelectedOption();
            }}
            onFocus={() => {
              if (picked === null && text !== '') combobox.openDropdown();
            }}
            onBlur={() => combobox.closeDropdown()}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={picked !== null || text.trim() === ''}>
          {found.length === 0 ? (
            <Combobox.Empty>{searching ? 'Searching…' : 'Nothing of that name'}</Combobox.Empty>
          ) : (
            <Combobox.Options aria-label={label}>
              {found.map((node) => (
                <Combobox.Option key={node.id} value={node.id}>
                  <span className={styles.option}>
                    <NodeIcon kind={node.kind} />
                    <span className="break">{node.name}</span>
                    <span className={styles.optionKind}>{kindName(node.kind)}</span>
                  </span>
                </Combobox.Option>
              ))}
            </Combobox.Options>
          )}
        </Combobox.Dropdown>
      </Combobox>
      {picked === null ? null : <input type="hidden" name={name} value={picked.id} />}
    </div>
  );
}

/** Nodes whose name holds the text, once typing rests; the answer to an older text is dropped. */
function useNames(
  text: string,
  kinds: string[] | undefined,
  asOf: string | null,
): { found: NodeRef[]; searching: boolean } {
  const [state, setState] = useState<{ of: string; found: NodeRef[] }>({ of: '', found: [] });
  const q = text.trim();
  const asked = kinds?.join(',');
  useEffect(() => {
    if (q === '') return;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      const query = new URLSearchParams({
        q,
        ...(asked === undefined ? {} : { kinds: asked }),
        ...(asOf === null ? {} : { asOf }),
      });
      try {
        const response = await fetch(`/graph/search?${query}`, { signal: abort.signal });
        const found = response.ok ? namesIn(await response.json()) : [];
        setState({ of: q, found });
      } catch {
        if (!abort.signal.aborted) setState({ of: q, found: [] });
      }
    }, REST_MS);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [q, asked, asOf]);
  return q === '' ? { found: [], searching: false } : { found: state.found, searching: state.of !== q };
}

function namesIn(answer: unknown): NodeRef[] {
  if (typeof answer !== 'object' || answer === null || !('data' in answer) || !Array.isArray(answer.data)) return [];
  return answer.data.filter(
    (row: Partial<NodeRef>): row is NodeRef =>
      typeof row.id === 'string' && typeof row.kind === 'string' && typeof row.name === 'string',
  );
}
