import product from '../../index.ts';
import { countRows } from './count-rows.ts';

export * from '../../index.ts';

/** For the bench of deliveries: the product, whose log also says how many rows a batch of the outbound queue wrote. */
export default {
  ...product,
  async queue(batch, env) {
    if (batch.queue !== 'postern-outbound') return product.queue(batch, env);
    let rows = 0;
    const counting = countRows(env.EVIDENCE_0, (written) => {
      rows += written;
    });
    await product.queue(batch, { ...env, EVIDENCE_0: counting });
    console.log(JSON.stringify({ message: 'outbound rows', rows }));
  },
} satisfies ExportedHandler<Env>;
