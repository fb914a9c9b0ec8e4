import { Hono } from 'hono';
import { matches } from '../core/scim-filter.ts';
import type { Label } from '../world/estate/estate.ts';
import { invalid, notFound } from './errors.ts';
import { type OktaDeps, type OktaEnv, originOf, readFilter, sendBodyList } from './http.ts';

const LIMITS = { fallback: 20, most: 200 };

/** `/governance/api/v1`: the labels of Okta Identity Governance and what carries them. */
export function labelRoutes(deps: OktaDeps) {
  const { estate } = deps.org.world;
  const render = (label: Label, base: string) => ({
    labelId: label.labelId,
    name: label.name,
    values: label.values.map(renderValue),
    _links: { self: { href: `${base}/governance/api/v1/labels/${label.labelId}` } },
  });

  return new Hono<OktaEnv>()
    .get('/labels', (c) =>
      sendBodyList(
        c,
        'data',
        estate.labels,
        ({ labelId }) => labelId,
        (label) => render(label, originOf(c)),
        LIMITS,
      ),
    )
    .get('/labels/:id', (c) => {
      const label = estate.labels.find(({ labelId }) => labelId === c.req.param('id'));
      if (label === undefined) throw notFound(c.req.param('id'), 'Label');
      return c.json(render(label, originOf(c)));
    })
    .get('/resource-labels', (c) => {
      const { filter } = c.req.query();
      if (filter === undefined) throw invalid('filter', 'a filter is required');
      const node = readFilter(filter);
      const rows = [...estate.resourceLabels].map(([orn, { name, valueIds }]) => ({
        orn,
        profile: { name },
        labels: estate.labels.flatMap((label) => {
          const values = label.values.filter(({ labelValueId }) => valueIds.includes(labelValueId));
          return values.length === 0
            ? []
            : [{ labelId: label.labelId, name: label.name, values: values.map(renderValue) }];
        }),
      }));
      // `orn:okta:{service}:{org}:{type}:…`
      const found = rows.filter((row) =>
        matches(node, {
          orn: row.orn,
          resourceType: row.orn.split(':')[4],
          labelValueId: row.labels.flatMap(({ values }) => values.map(({ labelValueId }) => labelValueId)),
        }),
      );
      return sendBodyList(
        c,
        'data',
        found,
        ({ orn }) => orn,
        (row) => row,
        LIMITS,
      );
    });
}

function renderValue({ labelValueId, name, color }: Label['values'][number]) {
  return { labelValueId, name, metadata: { additionalProperties: { backgroundColor: color } } };
}
