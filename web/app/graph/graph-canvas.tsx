import { ActionIcon } from '@mantine/core';
import { useNavigate } from '@remix-run/react';
import { IconArrowsMaximize, IconMinus, IconPlus } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { Drawing } from './cytoscape.client';
import styles from './graph.module.css';
import { nodePath } from './kinds';
import { atMoment } from './moment';
import type { Picture } from './picture';

const ZOOM = 1.25;

/**
 * A drawing that can be moved and zoomed. It is loaded in the browser alone and only where it is shown; what it shows
 * has to stand on the page as a list, too.
 */
export function GraphCanvas({ picture, label, asOf }: { picture: Picture; label: string; asOf: string | null }) {
  const box = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const [state, setState] = useState<'waiting' | 'drawn' | 'failed'>('waiting');
  const navigate = useNavigate();
  // live pages load the same data again: only another picture is drawn anew
  const drawn = JSON.stringify(picture);

  useEffect(() => {
    let stopped = false;
    const shown: Picture = JSON.parse(drawn);
    const open = (id: string) => {
      const node = shown.nodes.find((one) => one.id === id);
      if (node !== undefined) navigate(atMoment(nodePath(node), asOf));
    };
    const start = async () => {
      try {
        const { draw } = await import('./cytoscape.client');
        if (stopped || box.current === null) return;
        drawing.current = draw(box.current, shown, open);
        setState('drawn');
      } catch (error) {
        console.error('The drawing could not be made', error);
        if (!stopped) setState('failed');
      }
    };
    void start();
    const scheme = new MutationObserver(() => drawing.current?.restyle());
    scheme.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] });
    return () => {
      stopped = true;
      scheme.disconnect();
      drawing.current?.destroy();
      drawing.current = null;
    };
  }, [drawn, navigate, asOf]);

  return (
    <div className={styles.canvas} data-state={state}>
      <div ref={box} className={styles.drawing} role="img" aria-label={label} />
      {state === 'drawn' ? (
        <div className={styles.controls}>
          <ActionIcon variant="default" aria-label="Zoom in" onClick={() => drawing.current?.zoom(ZOOM)}>
            <IconPlus size={15} aria-hidden="true" />
          </ActionIcon>
          <ActionIcon variant="default" aria-label="Zoom out" onClick={() => drawing.current?.zoom(1 / ZOOM)}>
            <IconMinus size={15} aria-hidden="true" />
          </ActionIcon>
          <ActionIcon variant="default" aria-label="Show all" onClick={() => drawing.current?.fit()}>
            <IconArrowsMaximize size={15} aria-hidden="true" />
          </ActionIcon>
        </div>
      ) : (
        <p className={styles.waiting}>
          {state === 'waiting' ? 'Drawing…' : 'The drawing could not be loaded. The list below says the same.'}
        </p>
      )}
    </div>
  );
}
