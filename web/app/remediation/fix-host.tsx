import { Button } from '@mantine/core';
import { useLocation } from '@remix-run/react';
import { createContext, type ReactNode, useContext, useEffect, useId, useRef, useState } from 'react';
import { FixDialog } from './fix-dialog';
import styles from './remediation.module.css';

/** What a change is asked for with: the action, and ids of the graph. */
export type FixRequest = Record<string, string>;

interface Opened {
  title: string;
  request: FixRequest;
}

const FixContext = createContext<(opened: Opened) => void>(() => undefined);

/** Opens the dialog of a change. */
export const useFix = () => useContext(FixContext);

/**
 * Holds the dialog, so that it stays when the row that it was opened from goes: that is what a change is for. Another
 * page closes it.
 */
export function FixHost({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  const [opened, setOpened] = useState<(Opened & { at: string }) | null>(null);
  const close = () => setOpened(null);
  return (
    <FixContext.Provider value={(wanted) => setOpened({ ...wanted, at: pathname })}>
      {children}
      {opened === null || opened.at !== pathname ? null : (
        <Dialog title={opened.title} onClose={close}>
          <FixDialog request={opened.request} onClose={close} />
        </Dialog>
      )}
    </FixContext.Provider>
  );
}

/** The browser's own dialog: it keeps the focus, and Escape closes it. */
function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={heading} onClose={onClose}>
      <div className={styles.dialogHead}>
        <h2 id={heading}>{title}</h2>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onClose}>
          Close
        </Button>
      </div>
      {children}
    </dialog>
  );
}
