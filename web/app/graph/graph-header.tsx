import type { ReactNode } from 'react';
import { PageHeader } from '~/ui/page';
import { Tabs } from '~/ui/tabs';
import { useBasket } from './basket';
import { graphPages } from './pages';

/** The heading of the pages that ask questions of the graph. Their tabs stand in the navigation where that is seen. */
export function GraphHeader({ title, lead }: { title: string; lead: ReactNode }) {
  return (
    <>
      <Tabs label="Graph" tabs={graphPages(useBasket().length)} narrowOnly />
      <PageHeader title={title} lead={lead} />
    </>
  );
}
