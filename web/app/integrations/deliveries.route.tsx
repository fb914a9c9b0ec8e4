import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { listDeliveries, listIntegrations, replayDelivery } from '~/api/outbound.server';
import { useAnswer } from '~/live/use-answer';
import { answer } from '~/server/answer.server';
import { queryOf } from '~/server/query.server';
import { FilterBar, SelectFilter } from '~/ui/filters';
import { AnswerNotice } from '~/ui/notice';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { words } from '~/ui/words';
import { DeliveryTable } from './delivery-table';

export const meta: MetaFunction = () => [{ title: 'Deliveries · Postern' }];

const STATUSES = ['pending', 'delivered', 'failed', 'dead'].map((value) => ({ value, label: words(value) }));

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const query = queryOf(args.request, ['status', 'integration', 'issue', 'cursor']);
  const [page, integrations] = await Promise.all([listDeliveries(api, query), listIntegrations(api)]);
  return {
    page,
    filtered: ['status', 'integration', 'issue'].some((key) => key in query),
    integrations: integrations.map(({ id, name }) => ({ value: id, label: name })),
  };
}

export async function action(args: ActionFunctionArgs) {
  const api = await apiOf(args);
  const form = await args.request.formData();
  return answer(await replayDelivery(api, String(form.get('id') ?? '')), 'Sent again.');
}

export default function Deliveries() {
  const { page, filtered, integrations } = useLoaderData<typeof loader>();
  const result = useAnswer<typeof action>();
  return (
    <>
      <PageHeader title="Deliveries" lead="Every message sent to an integration, with what became of it." />
      <AnswerNotice answer={result} />
      <FilterBar>
        <SelectFilter label="Status" name="status" all="Any" choices={STATUSES} />
        <SelectFilter label="Integration" name="integration" all="Any" choices={integrations} />
      </FilterBar>
      <Panel flush>
        {page.data.length === 0 ? (
          <Empty
            title={filtered ? 'No delivery matches' : 'Nothing has been sent'}
            action={
              filtered ? (
                <Link to="/deliveries">Show all</Link>
              ) : (
                <Link to="/integrations">Look at the integrations</Link>
              )
            }
          >
            {filtered ? 'Try fewer filters.' : 'Send an issue by hand, or let an automation send them as they open.'}
          </Empty>
        ) : (
          <>
            <DeliveryTable deliveries={page.data} integrations={integrations} replay />
            <Pager shown={page.data.length} next={page.next} noun="delivery" nouns="deliveries" />
          </>
        )}
      </Panel>
    </>
  );
}
