/** The tables of an evidence database, by what writes them. */
export * from './tables/discovery.ts';
export * from './tables/identities.ts';
export * from './tables/inbox.ts';
export * from './tables/issues.ts';
export * from './tables/sources.ts';
export * from './tables/usage-and-archive.ts';
