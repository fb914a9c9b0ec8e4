import { Button } from '@mantine/core';
import { Form, useLocation } from '@remix-run/react';
import { IconCheck, IconScissors } from '@tabler/icons-react';
import type { Removal } from '~/api/graph.server';
import { removalKey, useBasket } from './basket';

interface BasketButtonProps {
  removal: Removal;
  /** What would be removed, for who hears the button alone. */
  about: string;
  /** Straight to the answer. */
  ask?: boolean;
  label?: string;
}

/** Collects a removal for the what-if page. Nothing is removed by it. */
export function BasketButton({ removal, about, ask = false, label }: BasketButtonProps) {
  const { pathname, search } = useLocation();
  const key = removalKey(removal);
  const held = useBasket().includes(key);
  const back = ask ? '/graph/what-if' : `${pathname}${search}`;
  const text = held && !ask ? 'In what-if' : (label ?? 'What if removed');
  return (
    <Form method="post" action="/graph/basket" preventScrollReset={!ask}>
      <input type="hidden" name="removal" value={key} />
      <input type="hidden" name="back" value={back} />
      <Button
        type="submit"
        name="intent"
        value={held && !ask ? 'drop' : 'add'}
        size="compact-xs"
        variant="default"
        aria-label={`${text}: ${about}`}
        aria-pressed={ask ? undefined : held}
        leftSection={
          held && !ask ? <IconCheck size={13} aria-hidden="true" /> : <IconScissors size={13} aria-hidden="true" />
        }
      >
        {text}
      </Button>
    </Form>
  );
}
