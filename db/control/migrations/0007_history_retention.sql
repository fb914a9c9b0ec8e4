-- Days that a tenant's graph remembers what was: ended nodes and edges, and past versions of those that stay.
ALTER TABLE `tenants` ADD COLUMN `history_retention_days` integer DEFAULT 365 NOT NULL;
