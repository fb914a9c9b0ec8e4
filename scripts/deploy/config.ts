import { randomBytes } from 'node:crypto';

/** The database id in wrangler's output; undefined when there is none. */
export function createdId(output: string): string | undefined {
  return /"?(?:database_id|uuid)"?\s*[=:]\s*"([0-9a-f-]{36})"/.exec(output)?.[1];
}

/** wrangler.toml with the id of one database binding replaced. Throws when the binding is not in it. */
export function withDatabaseId(toml: string, binding: string, id: string): string {
  const block = new RegExp(`(\\[\\[d1_databases\\]\\]\\s*\\nbinding = "${binding}"\\n[^[]*?database_id = ")[^"]*(")`);
  if (!block.test(toml)) throw new Error(`wrangler.toml has no database binding ${binding}`);
  return toml.replace(block, `$1${id}$2`);
}

/** New values for the required secrets that `wrangler secret list` does not name. Existing ones are never replaced. */
export function missingSecrets(listing: string): { SEALING_KEYS?: string; OPERATOR_TOKEN?: string } {
  return {
    ...(listing.includes('"SEALING_KEYS"') ? {} : { SEALING_KEYS: `k1:${randomBytes(32).toString('base64')}` }),
    ...(listing.includes('"OPERATOR_TOKEN"') ? {} : { OPERATOR_TOKEN: `pot_${randomBytes(32).toString('base64url')}` }),
  };
}

/** web/wrangler.toml with the public address of the Worker, which the console shows as the address to push events to. */
export function withApiUrl(toml: string, url: string): string {
  if (!/^PUBLIC_API_URL = ".*"$/m.test(toml)) throw new Error('web/wrangler.toml has no PUBLIC_API_URL');
  return toml.replace(/^PUBLIC_API_URL = ".*"$/m, `PUBLIC_API_URL = "${url}"`);
}

/** The address that `wrangler deploy` printed; undefined when the Worker has routes of its own only. */
export function deployedUrl(output: string): string | undefined {
  return /https:\/\/[a-z0-9.-]+\.workers\.dev/.exec(output)?.[0];
}

/** wrangler.toml with the binding of the archive bucket. The same when it is in it already; throws when it is not there. */
export function withArchive(toml: string): string {
  const bound = toml.replace(/^#archive /gm, '');
  if (!/^binding = "ARCHIVE"$/m.test(bound)) throw new Error('wrangler.toml has no binding ARCHIVE');
  return bound;
}
