import type { ReactNode } from 'react';
import { PageHeader } from '~/ui/page';
import { Tabs } from '~/ui/tabs';
import { number } from '~/ui/words';
import { useBasket } from './basket';

const TABS = [
  { to: '/graph', label: 'Attack paths' },
  { to: '/graph/choke-points', label: 'Choke points' },
  { to: '/graph/what-if', label: 'What if' },
  { to: '/graph/access', label: 'Access' },
  { to: '/graph/changes', label: 'Changes' },
  { to: '/graph/queries', label: 'Saved queries' },
];

/** The heading of the pages that ask questions of the graph. */
export function GraphHeader({ title, lead }: { title: string; lead: ReactNode }) {
  const asked = useBasket().length;
  const tabs = TABS.map((tab) =>
    tab.to === '/graph/what-if' && asked > 0 ? { ...tab, label: `${tab.label} (${number(asked)})` } : tab,
  );
  return (
    <>
      <Tabs label="Graph" tabs={tabs} />
      <PageHeader title={title} lead={lead} />
    </>
  );
}
