/** A database that reports the rows each statement wrote. */
export function countRows(db: D1Database, onResult: (rowsWritten: number) => void): D1Database {
  const count = <T extends { meta: D1Meta }>(result: T): T => {
    onResult(result.meta.rows_written);
    return result;
  };
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, name) {
        if (name === 'bind') return (...values: unknown[]) => wrap(target.bind(...values));
        if (name === 'all') return async () => count(await target.all());
        if (name === 'run') return async () => count(await target.run());
        return Reflect.get(target, name);
      },
    });
  const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  return new Proxy(db, {
    get(target, name) {
      if (name === 'prepare') {
        return (sql: string) => {
          const statement = target.prepare(sql);
          const bind = statement.bind.bind(statement);
          return {
            bind: (...values: unknown[]) => {
              const bound = bind(...values);
              const wrapped = wrap(bound);
              originals.set(wrapped, bound);
              return wrapped;
            },
          };
        };
      }
      if (name === 'batch') {
        return async (wrapped: D1PreparedStatement[]) =>
          (await target.batch(wrapped.map((one) => originals.get(one) ?? one))).map(count);
      }
      return Reflect.get(target, name);
    },
  });
}
