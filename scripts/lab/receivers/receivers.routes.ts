import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { receiverSchema, type Webhooks } from './webhooks.ts';

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** `/receivers`: where the product's deliveries can be sent and looked at. */
export function receiverRoutes(webhooks: Webhooks) {
  const toStatus = (status: number) => status as ContentfulStatusCode;
  return new Hono()
    .get('/', (c) => c.json({ data: webhooks.names() }))
    .put('/webhooks/:name', async (c) => {
      const parsed = receiverSchema.safeParse(await c.req.json().catch(() => null));
      if (!parsed.success) return c.json({ error: parsed.error.issues }, 400);
      webhooks.configure(c.req.param('name'), parsed.data);
      return c.json(webhooks.settings(c.req.param('name')));
    })
    .get('/webhooks/:name', (c) => c.json(webhooks.settings(c.req.param('name'))))
    .post('/webhooks/:name', async (c) => {
      const text = await c.req.text();
      const { status, delayMs } = webhooks.receive(c.req.param('name'), {
        headers: c.req.header(),
        query: c.req.query(),
        text,
      });
      if (delayMs > 0) await sleep(delayMs);
      return status === 204 || status === 304
        ? c.body(null, status)
        : c.json({ received: status < 400 }, toStatus(status));
    })
    .get('/webhooks/:name/messages', (c) => {
      const since = c.req.query('since');
      if (since !== undefined && Number.isNaN(Date.parse(since))) return c.json({ error: 'since is not a time' }, 400);
      return c.json({ data: webhooks.messages(c.req.param('name'), since) });
    })
    .delete('/webhooks/:name/messages', (c) => {
      webhooks.clear(c.req.param('name'));
      return c.body(null, 204);
    })
    .delete('/webhooks/:name', (c) => {
      webhooks.clear(c.req.param('name'));
      return c.body(null, 204);
    });
}
