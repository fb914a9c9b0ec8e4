-- Key pairs that Postern makes for OAuth service apps. The private half is sealed, and gone from here once a source has it.
CREATE TABLE `oauth_keys` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`source_id` text,
	`public_jwk` text NOT NULL,
	`sealed_private_jwk` text,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
