-- Jobs that go over all tenants in several runs. after: the last tenant that a round has seen; null: none is under way.
CREATE TABLE `rounds` (
	`name` text PRIMARY KEY NOT NULL,
	`after` text
) WITHOUT ROWID;
