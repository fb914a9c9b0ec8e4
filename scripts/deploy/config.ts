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
