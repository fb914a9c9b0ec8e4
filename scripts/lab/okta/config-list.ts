import type { Hono } from 'hono';
import { matches } from '../core/scim-filter.ts';
import type { ConfigItem } from '../world/estate/estate.ts';
import { notFound } from './errors.ts';
import { type OktaEnv, originOf, readFilter, sendList } from './http.ts';

/** Adds the link to itself that every object of the API has. */
export function withSelf(base: string, path: string, items: readonly ConfigItem[]): ConfigItem[] {
  return items.map((item) => ({
    ...item,
    _links: { self: { href: `${base}/api/v1/${path}/${item.id}`, hints: { allow: ['GET'] } } },
  }));
}

export interface ConfigListOptions {
  /** The word for one of them in errors. */
  kind: string;
  items: () => readonly ConfigItem[];
  limits?: { fallback: number; most: number };
  render?: (item: ConfigItem, base: string) => unknown;
}

/** A list in linked pages and its members by id, below `/api/v1`. */
export function configList(app: Hono<OktaEnv>, path: string, options: ConfigListOptions): void {
  const render = options.render ?? ((item: ConfigItem, base: string) => withSelf(base, path, [item])[0]);
  app.get(`/${path}`, (c) => {
    const base = originOf(c);
    const { filter, search } = c.req.query();
    const wanted = filter ?? search;
    const node = wanted === undefined ? null : readFilter(wanted);
    return sendList(
      c,
      options.items(),
      ({ id }) => id,
      (item) => render(item, base),
      options.limits ?? { fallback: 200, most: 200 },
      (item) => node === null || matches(node, item),
    );
  });
  app.get(`/${path}/:id`, (c) => {
    const id = c.req.param('id');
    const found = options.items().find((item) => item.id === id);
    if (found === undefined) throw notFound(id, options.kind);
    return c.json(render(found, originOf(c)));
  });
}
