import { createRoute, z } from '@hono/zod-openapi';
import { iso } from '../../platform/clock.ts';
import { createRouter, jsonContent, listQuery, problems, requirePermission } from '../../platform/http/router.ts';
import { asOfQuery, momentOf } from '../as-of.param.ts';
import { graphOf } from '../directory.ts';
import { type CellTold, type QueryAnswer, type UnknownNeed, unknownNeeds } from './ask.ts';
import { SAVED_QUERIES } from './catalogue.ts';
import { remark, toCsv } from './csv.ts';
import { queryListSchema, queryResultSchema } from './queries.schemas.ts';
import type { Column, SavedQuery } from './query.ts';

const tags = ['Graph'];
const read = requirePermission('read');

/** Rows of one CSV; where the next begin is told by a `Link` header. */
export const MAX_CSV_ROWS = 50_000;
/** The last line of rows that are not all, though none follow. */
const CUT = 'There is more than one question looks at: these rows are a part.';

const list = createRoute({
  method: 'get',
  path: '/graph/queries',
  tags,
  summary: 'List the saved queries',
  middleware: read,
  request: {
    query: asOfQuery.extend({
      counts: z
        .enum(['true', 'false'])
        .default('false')
        .openapi({ description: 'Count the rows of each, up to a bound' }),
    }),
  },
  responses: { 200: jsonContent(queryListSchema), ...problems },
});

const run = createRoute({
  method: 'get',
  path: '/graph/queries/{query}',
  tags,
  summary: 'Run a saved query; with `Accept: text/csv` all of its rows as CSV',
  description: `A CSV has ${MAX_CSV_ROWS.toLocaleString('en')} rows; where there are more, a \`Link\` header leads to the next.`,
  middleware: read,
  request: {
    params: z.object({ query: z.string().min(1).max(80) }),
    query: listQuery.extend(asOfQuery.shape),
  },
  responses: {
    200: {
      description: 'OK',
      content: { 'application/json': { schema: queryResultSchema }, 'text/csv': { schema: z.string() } },
    },
    ...problems,
  },
});

export function savedQueryRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const query = c.req.valid('query');
      const asOf = momentOf(c.get('deps').clock, query.asOf);
      const graph = graphOf(c.get('deps'), c.get('tenantId'));
      const [coverage, counts] = await Promise.all([
        graph.coverage(),
        query.counts === 'true' ? graph.savedQueryCounts(asOf) : null,
      ]);
      const data = SAVED_QUERIES.map((query) => ({
        ...presentQuery(query, unknownNeeds(query.needs, coverage)),
        rows: counts?.get(query.id) ?? null,
      }));
      return c.json({ data, next: null }, 200);
    })
    .openapi(run, async (c) => {
      const { query: id = '' } = c.req.valid('param');
      const { limit, cursor, asOf } = c.req.valid('query');
      const graph = graphOf(c.get('deps'), c.get('tenantId'));
      const moment = momentOf(c.get('deps').clock, asOf);
      if (wantsCsv(c.req.header('accept'))) {
        const found = await graph.exportSavedQuery(id, { limit: MAX_CSV_ROWS, cursor, asOf: moment });
        const { query, data, next, truncated } = found;
        const at = new URL(c.req.url);
        if (next !== null) at.searchParams.set('cursor', next);
        return c.body(toCsv(query.columns, data) + (truncated && next === null ? remark(CUT) : ''), 200, {
          'Content-Type': 'text/csv; charset=utf-8',
          'Content-Disposition': `attachment; filename="${id}.csv"`,
          ...(next === null ? {} : { Link: `<${at.href}>; rel="next"` }),
        });
      }
      const answer = await graph.savedQuery(id, { limit, cursor, asOf: moment });
      return c.json(presentAnswer(answer), 200);
    });
}

function wantsCsv(accept: string | undefined): boolean {
  return accept?.split(',').some((type) => type.trim().toLowerCase().startsWith('text/csv')) ?? false;
}

function presentQuery({ read: _, atOnce: __, ...query }: SavedQuery, unknown: UnknownNeed[]) {
  return { ...query, unknown: unknown.map(({ sourceId, ...rest }) => ({ source: sourceId, ...rest })) };
}

function presentAnswer({ query, data, next, undetermined, truncated, unknown }: QueryAnswer) {
  return {
    ...presentQuery(query, unknown),
    undetermined,
    truncated,
    data: data.map((row) =>
      Object.fromEntries(query.columns.map((column, place) => [column.id, presentCell(column, row[place] ?? null)])),
    ),
    next,
  };
}

function presentCell({ type }: Column, cell: CellTold): CellTold {
  return type === 'time' && typeof cell === 'number' ? iso(cell) : cell;
}
