/** The named parameters of the page's address that hold something: what a list is asked with. */
export function queryOf<K extends string>(request: Request, names: readonly K[]): Partial<Record<K, string>> {
  const given = new URL(request.url).searchParams;
  const query: Partial<Record<K, string>> = {};
  for (const name of names) {
    const value = given.get(name)?.trim();
    if (value !== undefined && value !== '') query[name] = value;
  }
  return query;
}
